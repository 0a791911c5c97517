/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader,
  $Writer = $protobuf.Writer,
  $util = $protobuf.util;
const $Object = $util.global.Object,
  $undefined = $util.global.undefined,
  $Error = $util.global.Error,
  $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const shapes = $root.shapes = (() => {
  /**
   * Namespace shapes.
   * @exports shapes
   * @namespace
   */
  const shapes = {};

  shapes.Small = (function () {
    /**
     * Properties of a Small.
     * @typedef {Object} shapes.Small.$Properties
     * @property {number|Long|null} [id] Small id
     * @property {number|null} [count] Small count
     * @property {boolean|null} [active] Small active
     * @property {number|null} [score] Small score
     * @property {string|null} [name] Small name
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a Small.
     * @memberof shapes
     * @interface ISmall
     * @augments shapes.Small.$Properties
     * @deprecated Use shapes.Small.$Properties instead.
     */

    /**
     * Shape of a Small.
     * @typedef {shapes.Small.$Properties} shapes.Small.$Shape
     */

    /**
     * Constructs a new Small.
     * @memberof shapes
     * @classdesc Represents a Small.
     * @constructor
     * @param {shapes.Small.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const Small = function (properties) {
      if (properties) {
        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i) {
          if (properties[keys[i]] != null && keys[i] !== "__proto__") {
            this[keys[i]] = properties[keys[i]];
          }
        }
      }
    };

    /**
     * Small id.
     * @member {number|Long} id
     * @memberof shapes.Small
     * @instance
     */
    Small.prototype.id = $util.Long ? $util.Long.fromBits(0, 0, true) : 0;

    /**
     * Small count.
     * @member {number} count
     * @memberof shapes.Small
     * @instance
     */
    Small.prototype.count = 0;

    /**
     * Small active.
     * @member {boolean} active
     * @memberof shapes.Small
     * @instance
     */
    Small.prototype.active = false;

    /**
     * Small score.
     * @member {number} score
     * @memberof shapes.Small
     * @instance
     */
    Small.prototype.score = 0;

    /**
     * Small name.
     * @member {string} name
     * @memberof shapes.Small
     * @instance
     */
    Small.prototype.name = "";

    /**
     * Encodes the specified Small message. Does not implicitly {@link shapes.Small.verify|verify} messages.
     * @function encode
     * @memberof shapes.Small
     * @static
     * @param {shapes.Small.$Properties} message Small message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    Small.encode = function (message, writer, _depth) {
      if (!writer) {
        writer = $Writer.create();
      }
      if (_depth === $undefined) {
        _depth = 0;
      }
      if (_depth > $util.recursionLimit) {
        throw $Error("max depth exceeded");
      }
      if (
        message.id != null && $Object.hasOwnProperty.call(message, "id") &&
        (typeof message.id === "object"
          ? message.id.low || message.id.high
          : message.id !== 0)
      ) {
        writer.uint32(/* id 1, wireType 0 =*/ 8).uint64(message.id);
      }
      if (
        message.count != null &&
        $Object.hasOwnProperty.call(message, "count") && message.count !== 0
      ) {
        writer.uint32(/* id 2, wireType 0 =*/ 16).uint32(message.count);
      }
      if (
        message.active != null &&
        $Object.hasOwnProperty.call(message, "active") &&
        message.active !== false
      ) {
        writer.uint32(/* id 3, wireType 0 =*/ 24).bool(message.active);
      }
      if (
        message.score != null &&
        $Object.hasOwnProperty.call(message, "score") &&
        !$Object.is(message.score, 0)
      ) {
        writer.uint32(/* id 4, wireType 1 =*/ 33).double(message.score);
      }
      if (
        message.name != null && $Object.hasOwnProperty.call(message, "name") &&
        message.name !== ""
      ) {
        writer.uint32(/* id 5, wireType 2 =*/ 42).string(message.name);
      }
      if (
        message.$unknowns != null &&
        $Object.hasOwnProperty.call(message, "$unknowns")
      ) {
        for (let i = 0; i < message.$unknowns.length; ++i) {
          writer.raw(message.$unknowns[i]);
        }
      }
      return writer;
    };

    /**
     * Decodes a Small message from the specified reader or buffer.
     * @function decode
     * @memberof shapes.Small
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {shapes.Small & shapes.Small.$Shape} Small
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    Small.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader)) {
        reader = $Reader.create(reader);
      }
      if (_depth === $undefined) {
        _depth = 0;
      }
      if (_depth > $Reader.recursionLimit) {
        throw $Error("max depth exceeded");
      }
      let end, message, value;
      if (length === $undefined) {
        end = reader.len;
      } else {
        end = reader.pos + length;
        if (end > reader.len) {
          throw $RangeError("index out of range");
        }
        length = reader.len;
        reader.len = end;
      }
      message = _target || new $root.shapes.Small();
      while (reader.pos < end) {
        let start = reader.pos;
        let tag = reader.tag();
        if (tag === _end) {
          _end = $undefined;
          break;
        }
        let wireType = tag & 7;
        switch (tag >>>= 3) {
          case 1: {
            if (wireType !== 0) {
              break;
            }
            if (
              typeof (value = reader.uint64()) === "object"
                ? value.low || value.high
                : value !== 0
            ) {
              message.id = value;
            } else {
              delete message.id;
            }
            continue;
          }
          case 2: {
            if (wireType !== 0) {
              break;
            }
            if (value = reader.uint32()) {
              message.count = value;
            } else {
              delete message.count;
            }
            continue;
          }
          case 3: {
            if (wireType !== 0) {
              break;
            }
            if (value = reader.bool()) {
              message.active = value;
            } else {
              delete message.active;
            }
            continue;
          }
          case 4: {
            if (wireType !== 1) {
              break;
            }
            if (!$Object.is(value = reader.double(), 0)) {
              message.score = value;
            } else {
              delete message.score;
            }
            continue;
          }
          case 5: {
            if (wireType !== 2) {
              break;
            }
            if ((value = reader.stringVerify()).length) {
              message.name = value;
            } else {
              delete message.name;
            }
            continue;
          }
        }
        reader.skipType(wireType, _depth, tag);
        if (!reader.discardUnknown) {
          $util.makeProp(message, "$unknowns", false);
          (message.$unknowns || (message.$unknowns = [])).push(
            reader.raw(start, reader.pos),
          );
        }
      }
      if (length !== $undefined) {
        if (reader.pos !== end) {
          throw $RangeError("index out of range");
        }
        reader.len = length;
      }
      if (_end !== $undefined) {
        throw $Error("missing end group");
      }
      return message;
    };

    /**
     * Gets the type url for Small
     * @function getTypeUrl
     * @memberof shapes.Small
     * @static
     * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
     * @returns {string} The type url
     */
    Small.getTypeUrl = function (prefix) {
      if (prefix === $undefined) {
        prefix = "type.googleapis.com";
      }
      return prefix + "/shapes.Small";
    };

    return Small;
  })();

  shapes.Author = (function () {
    /**
     * Properties of an Author.
     * @typedef {Object} shapes.Author.$Properties
     * @property {string|null} [name] Author name
     * @property {number|null} [age] Author age
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of an Author.
     * @memberof shapes
     * @interface IAuthor
     * @augments shapes.Author.$Properties
     * @deprecated Use shapes.Author.$Properties instead.
     */

    /**
     * Shape of an Author.
     * @typedef {shapes.Author.$Properties} shapes.Author.$Shape
     */

    /**
     * Constructs a new Author.
     * @memberof shapes
     * @classdesc Represents an Author.
     * @constructor
     * @param {shapes.Author.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const Author = function (properties) {
      if (properties) {
        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i) {
          if (properties[keys[i]] != null && keys[i] !== "__proto__") {
            this[keys[i]] = properties[keys[i]];
          }
        }
      }
    };

    /**
     * Author name.
     * @member {string} name
     * @memberof shapes.Author
     * @instance
     */
    Author.prototype.name = "";

    /**
     * Author age.
     * @member {number} age
     * @memberof shapes.Author
     * @instance
     */
    Author.prototype.age = 0;

    /**
     * Encodes the specified Author message. Does not implicitly {@link shapes.Author.verify|verify} messages.
     * @function encode
     * @memberof shapes.Author
     * @static
     * @param {shapes.Author.$Properties} message Author message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    Author.encode = function (message, writer, _depth) {
      if (!writer) {
        writer = $Writer.create();
      }
      if (_depth === $undefined) {
        _depth = 0;
      }
      if (_depth > $util.recursionLimit) {
        throw $Error("max depth exceeded");
      }
      if (
        message.name != null && $Object.hasOwnProperty.call(message, "name") &&
        message.name !== ""
      ) {
        writer.uint32(/* id 1, wireType 2 =*/ 10).string(message.name);
      }
      if (
        message.age != null && $Object.hasOwnProperty.call(message, "age") &&
        message.age !== 0
      ) {
        writer.uint32(/* id 2, wireType 0 =*/ 16).uint32(message.age);
      }
      if (
        message.$unknowns != null &&
        $Object.hasOwnProperty.call(message, "$unknowns")
      ) {
        for (let i = 0; i < message.$unknowns.length; ++i) {
          writer.raw(message.$unknowns[i]);
        }
      }
      return writer;
    };

    /**
     * Decodes an Author message from the specified reader or buffer.
     * @function decode
     * @memberof shapes.Author
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {shapes.Author & shapes.Author.$Shape} Author
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    Author.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader)) {
        reader = $Reader.create(reader);
      }
      if (_depth === $undefined) {
        _depth = 0;
      }
      if (_depth > $Reader.recursionLimit) {
        throw $Error("max depth exceeded");
      }
      let end, message, value;
      if (length === $undefined) {
        end = reader.len;
      } else {
        end = reader.pos + length;
        if (end > reader.len) {
          throw $RangeError("index out of range");
        }
        length = reader.len;
        reader.len = end;
      }
      message = _target || new $root.shapes.Author();
      while (reader.pos < end) {
        let start = reader.pos;
        let tag = reader.tag();
        if (tag === _end) {
          _end = $undefined;
          break;
        }
        let wireType = tag & 7;
        switch (tag >>>= 3) {
          case 1: {
            if (wireType !== 2) {
              break;
            }
            if ((value = reader.stringVerify()).length) {
              message.name = value;
            } else {
              delete message.name;
            }
            continue;
          }
          case 2: {
            if (wireType !== 0) {
              break;
            }
            if (value = reader.uint32()) {
              message.age = value;
            } else {
              delete message.age;
            }
            continue;
          }
        }
        reader.skipType(wireType, _depth, tag);
        if (!reader.discardUnknown) {
          $util.makeProp(message, "$unknowns", false);
          (message.$unknowns || (message.$unknowns = [])).push(
            reader.raw(start, reader.pos),
          );
        }
      }
      if (length !== $undefined) {
        if (reader.pos !== end) {
          throw $RangeError("index out of range");
        }
        reader.len = length;
      }
      if (_end !== $undefined) {
        throw $Error("missing end group");
      }
      return message;
    };

    /**
     * Gets the type url for Author
     * @function getTypeUrl
     * @memberof shapes.Author
     * @static
     * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
     * @returns {string} The type url
     */
    Author.getTypeUrl = function (prefix) {
      if (prefix === $undefined) {
        prefix = "type.googleapis.com";
      }
      return prefix + "/shapes.Author";
    };

    return Author;
  })();

  shapes.Medium = (function () {
    /**
     * Properties of a Medium.
     * @typedef {Object} shapes.Medium.$Properties
     * @property {number|Long|null} [id] Medium id
     * @property {number|Long|null} [created] Medium created
     * @property {number|null} [count] Medium count
     * @property {number|null} [level] Medium level
     * @property {number|null} [kind] Medium kind
     * @property {boolean|null} [active] Medium active
     * @property {number|null} [score] Medium score
     * @property {Uint8Array|null} [owner] Medium owner
     * @property {string|null} [title] Medium title
     * @property {string|null} [city] Medium city
     * @property {string|null} [country] Medium country
     * @property {string|null} [email] Medium email
     * @property {string|null} [phone] Medium phone
     * @property {string|null} [company] Medium company
     * @property {Array.<string>|null} [tags] Medium tags
     * @property {shapes.Author.$Properties|null} [author] Medium author
     * @property {Uint8Array|null} [body] Medium body
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a Medium.
     * @memberof shapes
     * @interface IMedium
     * @augments shapes.Medium.$Properties
     * @deprecated Use shapes.Medium.$Properties instead.
     */

    /**
     * Shape of a Medium.
     * @typedef {shapes.Medium.$Properties} shapes.Medium.$Shape
     */

    /**
     * Constructs a new Medium.
     * @memberof shapes
     * @classdesc Represents a Medium.
     * @constructor
     * @param {shapes.Medium.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const Medium = function (properties) {
      this.tags = [];
      if (properties) {
        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i) {
          if (properties[keys[i]] != null && keys[i] !== "__proto__") {
            this[keys[i]] = properties[keys[i]];
          }
        }
      }
    };

    /**
     * Medium id.
     * @member {number|Long} id
     * @memberof shapes.Medium
     * @instance
     */
    Medium.prototype.id = $util.Long ? $util.Long.fromBits(0, 0, true) : 0;

    /**
     * Medium created.
     * @member {number|Long} created
     * @memberof shapes.Medium
     * @instance
     */
    Medium.prototype.created = $util.Long
      ? $util.Long.fromBits(0, 0, false)
      : 0;

    /**
     * Medium count.
     * @member {number} count
     * @memberof shapes.Medium
     * @instance
     */
    Medium.prototype.count = 0;

    /**
     * Medium level.
     * @member {number} level
     * @memberof shapes.Medium
     * @instance
     */
    Medium.prototype.level = 0;

    /**
     * Medium kind.
     * @member {number} kind
     * @memberof shapes.Medium
     * @instance
     */
    Medium.prototype.kind = 0;

    /**
     * Medium active.
     * @member {boolean} active
     * @memberof shapes.Medium
     * @instance
     */
    Medium.prototype.active = false;

    /**
     * Medium score.
     * @member {number} score
     * @memberof shapes.Medium
     * @instance
     */
    Medium.prototype.score = 0;

    /**
     * Medium owner.
     * @member {Uint8Array} owner
     * @memberof shapes.Medium
     * @instance
     */
    Medium.prototype.owner = $util.newBuffer([]);

    /**
     * Medium title.
     * @member {string} title
     * @memberof shapes.Medium
     * @instance
     */
    Medium.prototype.title = "";

    /**
     * Medium city.
     * @member {string} city
     * @memberof shapes.Medium
     * @instance
     */
    Medium.prototype.city = "";

    /**
     * Medium country.
     * @member {string} country
     * @memberof shapes.Medium
     * @instance
     */
    Medium.prototype.country = "";

    /**
     * Medium email.
     * @member {string} email
     * @memberof shapes.Medium
     * @instance
     */
    Medium.prototype.email = "";

    /**
     * Medium phone.
     * @member {string} phone
     * @memberof shapes.Medium
     * @instance
     */
    Medium.prototype.phone = "";

    /**
     * Medium company.
     * @member {string} company
     * @memberof shapes.Medium
     * @instance
     */
    Medium.prototype.company = "";

    /**
     * Medium tags.
     * @member {Array.<string>} tags
     * @memberof shapes.Medium
     * @instance
     */
    Medium.prototype.tags = $util.emptyArray;

    /**
     * Medium author.
     * @member {shapes.Author.$Properties|null|undefined} author
     * @memberof shapes.Medium
     * @instance
     */
    Medium.prototype.author = null;

    /**
     * Medium body.
     * @member {Uint8Array} body
     * @memberof shapes.Medium
     * @instance
     */
    Medium.prototype.body = $util.newBuffer([]);

    /**
     * Encodes the specified Medium message. Does not implicitly {@link shapes.Medium.verify|verify} messages.
     * @function encode
     * @memberof shapes.Medium
     * @static
     * @param {shapes.Medium.$Properties} message Medium message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    Medium.encode = function (message, writer, _depth) {
      if (!writer) {
        writer = $Writer.create();
      }
      if (_depth === $undefined) {
        _depth = 0;
      }
      if (_depth > $util.recursionLimit) {
        throw $Error("max depth exceeded");
      }
      if (
        message.id != null && $Object.hasOwnProperty.call(message, "id") &&
        (typeof message.id === "object"
          ? message.id.low || message.id.high
          : message.id !== 0)
      ) {
        writer.uint32(/* id 1, wireType 0 =*/ 8).uint64(message.id);
      }
      if (
        message.created != null &&
        $Object.hasOwnProperty.call(message, "created") &&
        (typeof message.created === "object"
          ? message.created.low || message.created.high
          : message.created !== 0)
      ) {
        writer.uint32(/* id 2, wireType 0 =*/ 16).int64(message.created);
      }
      if (
        message.count != null &&
        $Object.hasOwnProperty.call(message, "count") && message.count !== 0
      ) {
        writer.uint32(/* id 3, wireType 0 =*/ 24).uint32(message.count);
      }
      if (
        message.level != null &&
        $Object.hasOwnProperty.call(message, "level") && message.level !== 0
      ) {
        writer.uint32(/* id 4, wireType 0 =*/ 32).uint32(message.level);
      }
      if (
        message.kind != null && $Object.hasOwnProperty.call(message, "kind") &&
        message.kind !== 0
      ) {
        writer.uint32(/* id 5, wireType 0 =*/ 40).uint32(message.kind);
      }
      if (
        message.active != null &&
        $Object.hasOwnProperty.call(message, "active") &&
        message.active !== false
      ) {
        writer.uint32(/* id 6, wireType 0 =*/ 48).bool(message.active);
      }
      if (
        message.score != null &&
        $Object.hasOwnProperty.call(message, "score") &&
        !$Object.is(message.score, 0)
      ) {
        writer.uint32(/* id 7, wireType 1 =*/ 57).double(message.score);
      }
      if (
        message.owner != null &&
        $Object.hasOwnProperty.call(message, "owner") && message.owner.length
      ) {
        writer.uint32(/* id 8, wireType 2 =*/ 66).bytes(message.owner);
      }
      if (
        message.title != null &&
        $Object.hasOwnProperty.call(message, "title") && message.title !== ""
      ) {
        writer.uint32(/* id 9, wireType 2 =*/ 74).string(message.title);
      }
      if (
        message.city != null && $Object.hasOwnProperty.call(message, "city") &&
        message.city !== ""
      ) {
        writer.uint32(/* id 10, wireType 2 =*/ 82).string(message.city);
      }
      if (
        message.country != null &&
        $Object.hasOwnProperty.call(message, "country") &&
        message.country !== ""
      ) {
        writer.uint32(/* id 11, wireType 2 =*/ 90).string(message.country);
      }
      if (
        message.email != null &&
        $Object.hasOwnProperty.call(message, "email") && message.email !== ""
      ) {
        writer.uint32(/* id 12, wireType 2 =*/ 98).string(message.email);
      }
      if (
        message.phone != null &&
        $Object.hasOwnProperty.call(message, "phone") && message.phone !== ""
      ) {
        writer.uint32(/* id 13, wireType 2 =*/ 106).string(message.phone);
      }
      if (
        message.company != null &&
        $Object.hasOwnProperty.call(message, "company") &&
        message.company !== ""
      ) {
        writer.uint32(/* id 14, wireType 2 =*/ 114).string(message.company);
      }
      if (message.tags != null && message.tags.length) {
        for (let i = 0; i < message.tags.length; ++i) {
          writer.uint32(/* id 15, wireType 2 =*/ 122).string(message.tags[i]);
        }
      }
      if (
        message.author != null && $Object.hasOwnProperty.call(message, "author")
      ) {
        $root.shapes.Author.encode(
          message.author,
          writer.uint32(/* id 16, wireType 2 =*/ 130).fork(),
          _depth + 1,
        ).ldelim();
      }
      if (
        message.body != null && $Object.hasOwnProperty.call(message, "body") &&
        message.body.length
      ) {
        writer.uint32(/* id 17, wireType 2 =*/ 138).bytes(message.body);
      }
      if (
        message.$unknowns != null &&
        $Object.hasOwnProperty.call(message, "$unknowns")
      ) {
        for (let i = 0; i < message.$unknowns.length; ++i) {
          writer.raw(message.$unknowns[i]);
        }
      }
      return writer;
    };

    /**
     * Decodes a Medium message from the specified reader or buffer.
     * @function decode
     * @memberof shapes.Medium
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {shapes.Medium & shapes.Medium.$Shape} Medium
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    Medium.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader)) {
        reader = $Reader.create(reader);
      }
      if (_depth === $undefined) {
        _depth = 0;
      }
      if (_depth > $Reader.recursionLimit) {
        throw $Error("max depth exceeded");
      }
      let end, message, value;
      if (length === $undefined) {
        end = reader.len;
      } else {
        end = reader.pos + length;
        if (end > reader.len) {
          throw $RangeError("index out of range");
        }
        length = reader.len;
        reader.len = end;
      }
      message = _target || new $root.shapes.Medium();
      while (reader.pos < end) {
        let start = reader.pos;
        let tag = reader.tag();
        if (tag === _end) {
          _end = $undefined;
          break;
        }
        let wireType = tag & 7;
        switch (tag >>>= 3) {
          case 1: {
            if (wireType !== 0) {
              break;
            }
            if (
              typeof (value = reader.uint64()) === "object"
                ? value.low || value.high
                : value !== 0
            ) {
              message.id = value;
            } else {
              delete message.id;
            }
            continue;
          }
          case 2: {
            if (wireType !== 0) {
              break;
            }
            if (
              typeof (value = reader.int64()) === "object"
                ? value.low || value.high
                : value !== 0
            ) {
              message.created = value;
            } else {
              delete message.created;
            }
            continue;
          }
          case 3: {
            if (wireType !== 0) {
              break;
            }
            if (value = reader.uint32()) {
              message.count = value;
            } else {
              delete message.count;
            }
            continue;
          }
          case 4: {
            if (wireType !== 0) {
              break;
            }
            if (value = reader.uint32()) {
              message.level = value;
            } else {
              delete message.level;
            }
            continue;
          }
          case 5: {
            if (wireType !== 0) {
              break;
            }
            if (value = reader.uint32()) {
              message.kind = value;
            } else {
              delete message.kind;
            }
            continue;
          }
          case 6: {
            if (wireType !== 0) {
              break;
            }
            if (value = reader.bool()) {
              message.active = value;
            } else {
              delete message.active;
            }
            continue;
          }
          case 7: {
            if (wireType !== 1) {
              break;
            }
            if (!$Object.is(value = reader.double(), 0)) {
              message.score = value;
            } else {
              delete message.score;
            }
            continue;
          }
          case 8: {
            if (wireType !== 2) {
              break;
            }
            if ((value = reader.bytes()).length) {
              message.owner = value;
            } else {
              delete message.owner;
            }
            continue;
          }
          case 9: {
            if (wireType !== 2) {
              break;
            }
            if ((value = reader.stringVerify()).length) {
              message.title = value;
            } else {
              delete message.title;
            }
            continue;
          }
          case 10: {
            if (wireType !== 2) {
              break;
            }
            if ((value = reader.stringVerify()).length) {
              message.city = value;
            } else {
              delete message.city;
            }
            continue;
          }
          case 11: {
            if (wireType !== 2) {
              break;
            }
            if ((value = reader.stringVerify()).length) {
              message.country = value;
            } else {
              delete message.country;
            }
            continue;
          }
          case 12: {
            if (wireType !== 2) {
              break;
            }
            if ((value = reader.stringVerify()).length) {
              message.email = value;
            } else {
              delete message.email;
            }
            continue;
          }
          case 13: {
            if (wireType !== 2) {
              break;
            }
            if ((value = reader.stringVerify()).length) {
              message.phone = value;
            } else {
              delete message.phone;
            }
            continue;
          }
          case 14: {
            if (wireType !== 2) {
              break;
            }
            if ((value = reader.stringVerify()).length) {
              message.company = value;
            } else {
              delete message.company;
            }
            continue;
          }
          case 15: {
            if (wireType !== 2) {
              break;
            }
            if (!(message.tags && message.tags.length)) {
              message.tags = [];
            }
            message.tags.push(reader.stringVerify());
            continue;
          }
          case 16: {
            if (wireType !== 2) {
              break;
            }
            message.author = $root.shapes.Author.decode(
              reader,
              reader.size(),
              $undefined,
              _depth + 1,
              message.author,
            );
            continue;
          }
          case 17: {
            if (wireType !== 2) {
              break;
            }
            if ((value = reader.bytes()).length) {
              message.body = value;
            } else {
              delete message.body;
            }
            continue;
          }
        }
        reader.skipType(wireType, _depth, tag);
        if (!reader.discardUnknown) {
          $util.makeProp(message, "$unknowns", false);
          (message.$unknowns || (message.$unknowns = [])).push(
            reader.raw(start, reader.pos),
          );
        }
      }
      if (length !== $undefined) {
        if (reader.pos !== end) {
          throw $RangeError("index out of range");
        }
        reader.len = length;
      }
      if (_end !== $undefined) {
        throw $Error("missing end group");
      }
      return message;
    };

    /**
     * Gets the type url for Medium
     * @function getTypeUrl
     * @memberof shapes.Medium
     * @static
     * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
     * @returns {string} The type url
     */
    Medium.getTypeUrl = function (prefix) {
      if (prefix === $undefined) {
        prefix = "type.googleapis.com";
      }
      return prefix + "/shapes.Medium";
    };

    return Medium;
  })();

  shapes.Item = (function () {
    /**
     * Properties of an Item.
     * @typedef {Object} shapes.Item.$Properties
     * @property {number|Long|null} [id] Item id
     * @property {number|null} [count] Item count
     * @property {string|null} [name] Item name
     * @property {Uint8Array|null} [data] Item data
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of an Item.
     * @memberof shapes
     * @interface IItem
     * @augments shapes.Item.$Properties
     * @deprecated Use shapes.Item.$Properties instead.
     */

    /**
     * Shape of an Item.
     * @typedef {shapes.Item.$Properties} shapes.Item.$Shape
     */

    /**
     * Constructs a new Item.
     * @memberof shapes
     * @classdesc Represents an Item.
     * @constructor
     * @param {shapes.Item.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const Item = function (properties) {
      if (properties) {
        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i) {
          if (properties[keys[i]] != null && keys[i] !== "__proto__") {
            this[keys[i]] = properties[keys[i]];
          }
        }
      }
    };

    /**
     * Item id.
     * @member {number|Long} id
     * @memberof shapes.Item
     * @instance
     */
    Item.prototype.id = $util.Long ? $util.Long.fromBits(0, 0, true) : 0;

    /**
     * Item count.
     * @member {number} count
     * @memberof shapes.Item
     * @instance
     */
    Item.prototype.count = 0;

    /**
     * Item name.
     * @member {string} name
     * @memberof shapes.Item
     * @instance
     */
    Item.prototype.name = "";

    /**
     * Item data.
     * @member {Uint8Array} data
     * @memberof shapes.Item
     * @instance
     */
    Item.prototype.data = $util.newBuffer([]);

    /**
     * Encodes the specified Item message. Does not implicitly {@link shapes.Item.verify|verify} messages.
     * @function encode
     * @memberof shapes.Item
     * @static
     * @param {shapes.Item.$Properties} message Item message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    Item.encode = function (message, writer, _depth) {
      if (!writer) {
        writer = $Writer.create();
      }
      if (_depth === $undefined) {
        _depth = 0;
      }
      if (_depth > $util.recursionLimit) {
        throw $Error("max depth exceeded");
      }
      if (
        message.id != null && $Object.hasOwnProperty.call(message, "id") &&
        (typeof message.id === "object"
          ? message.id.low || message.id.high
          : message.id !== 0)
      ) {
        writer.uint32(/* id 1, wireType 0 =*/ 8).uint64(message.id);
      }
      if (
        message.count != null &&
        $Object.hasOwnProperty.call(message, "count") && message.count !== 0
      ) {
        writer.uint32(/* id 2, wireType 0 =*/ 16).uint32(message.count);
      }
      if (
        message.name != null && $Object.hasOwnProperty.call(message, "name") &&
        message.name !== ""
      ) {
        writer.uint32(/* id 3, wireType 2 =*/ 26).string(message.name);
      }
      if (
        message.data != null && $Object.hasOwnProperty.call(message, "data") &&
        message.data.length
      ) {
        writer.uint32(/* id 4, wireType 2 =*/ 34).bytes(message.data);
      }
      if (
        message.$unknowns != null &&
        $Object.hasOwnProperty.call(message, "$unknowns")
      ) {
        for (let i = 0; i < message.$unknowns.length; ++i) {
          writer.raw(message.$unknowns[i]);
        }
      }
      return writer;
    };

    /**
     * Decodes an Item message from the specified reader or buffer.
     * @function decode
     * @memberof shapes.Item
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {shapes.Item & shapes.Item.$Shape} Item
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    Item.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader)) {
        reader = $Reader.create(reader);
      }
      if (_depth === $undefined) {
        _depth = 0;
      }
      if (_depth > $Reader.recursionLimit) {
        throw $Error("max depth exceeded");
      }
      let end, message, value;
      if (length === $undefined) {
        end = reader.len;
      } else {
        end = reader.pos + length;
        if (end > reader.len) {
          throw $RangeError("index out of range");
        }
        length = reader.len;
        reader.len = end;
      }
      message = _target || new $root.shapes.Item();
      while (reader.pos < end) {
        let start = reader.pos;
        let tag = reader.tag();
        if (tag === _end) {
          _end = $undefined;
          break;
        }
        let wireType = tag & 7;
        switch (tag >>>= 3) {
          case 1: {
            if (wireType !== 0) {
              break;
            }
            if (
              typeof (value = reader.uint64()) === "object"
                ? value.low || value.high
                : value !== 0
            ) {
              message.id = value;
            } else {
              delete message.id;
            }
            continue;
          }
          case 2: {
            if (wireType !== 0) {
              break;
            }
            if (value = reader.uint32()) {
              message.count = value;
            } else {
              delete message.count;
            }
            continue;
          }
          case 3: {
            if (wireType !== 2) {
              break;
            }
            if ((value = reader.stringVerify()).length) {
              message.name = value;
            } else {
              delete message.name;
            }
            continue;
          }
          case 4: {
            if (wireType !== 2) {
              break;
            }
            if ((value = reader.bytes()).length) {
              message.data = value;
            } else {
              delete message.data;
            }
            continue;
          }
        }
        reader.skipType(wireType, _depth, tag);
        if (!reader.discardUnknown) {
          $util.makeProp(message, "$unknowns", false);
          (message.$unknowns || (message.$unknowns = [])).push(
            reader.raw(start, reader.pos),
          );
        }
      }
      if (length !== $undefined) {
        if (reader.pos !== end) {
          throw $RangeError("index out of range");
        }
        reader.len = length;
      }
      if (_end !== $undefined) {
        throw $Error("missing end group");
      }
      return message;
    };

    /**
     * Gets the type url for Item
     * @function getTypeUrl
     * @memberof shapes.Item
     * @static
     * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
     * @returns {string} The type url
     */
    Item.getTypeUrl = function (prefix) {
      if (prefix === $undefined) {
        prefix = "type.googleapis.com";
      }
      return prefix + "/shapes.Item";
    };

    return Item;
  })();

  shapes.Large = (function () {
    /**
     * Properties of a Large.
     * @typedef {Object} shapes.Large.$Properties
     * @property {number|null} [version] Large version
     * @property {Array.<shapes.Item.$Properties>|null} [items] Large items
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a Large.
     * @memberof shapes
     * @interface ILarge
     * @augments shapes.Large.$Properties
     * @deprecated Use shapes.Large.$Properties instead.
     */

    /**
     * Shape of a Large.
     * @typedef {shapes.Large.$Properties} shapes.Large.$Shape
     */

    /**
     * Constructs a new Large.
     * @memberof shapes
     * @classdesc Represents a Large.
     * @constructor
     * @param {shapes.Large.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const Large = function (properties) {
      this.items = [];
      if (properties) {
        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i) {
          if (properties[keys[i]] != null && keys[i] !== "__proto__") {
            this[keys[i]] = properties[keys[i]];
          }
        }
      }
    };

    /**
     * Large version.
     * @member {number} version
     * @memberof shapes.Large
     * @instance
     */
    Large.prototype.version = 0;

    /**
     * Large items.
     * @member {Array.<shapes.Item.$Properties>} items
     * @memberof shapes.Large
     * @instance
     */
    Large.prototype.items = $util.emptyArray;

    /**
     * Encodes the specified Large message. Does not implicitly {@link shapes.Large.verify|verify} messages.
     * @function encode
     * @memberof shapes.Large
     * @static
     * @param {shapes.Large.$Properties} message Large message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    Large.encode = function (message, writer, _depth) {
      if (!writer) {
        writer = $Writer.create();
      }
      if (_depth === $undefined) {
        _depth = 0;
      }
      if (_depth > $util.recursionLimit) {
        throw $Error("max depth exceeded");
      }
      if (
        message.version != null &&
        $Object.hasOwnProperty.call(message, "version") && message.version !== 0
      ) {
        writer.uint32(/* id 1, wireType 0 =*/ 8).uint32(message.version);
      }
      if (message.items != null && message.items.length) {
        for (let i = 0; i < message.items.length; ++i) {
          $root.shapes.Item.encode(
            message.items[i],
            writer.uint32(/* id 2, wireType 2 =*/ 18).fork(),
            _depth + 1,
          ).ldelim();
        }
      }
      if (
        message.$unknowns != null &&
        $Object.hasOwnProperty.call(message, "$unknowns")
      ) {
        for (let i = 0; i < message.$unknowns.length; ++i) {
          writer.raw(message.$unknowns[i]);
        }
      }
      return writer;
    };

    /**
     * Decodes a Large message from the specified reader or buffer.
     * @function decode
     * @memberof shapes.Large
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {shapes.Large & shapes.Large.$Shape} Large
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    Large.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader)) {
        reader = $Reader.create(reader);
      }
      if (_depth === $undefined) {
        _depth = 0;
      }
      if (_depth > $Reader.recursionLimit) {
        throw $Error("max depth exceeded");
      }
      let end, message, value;
      if (length === $undefined) {
        end = reader.len;
      } else {
        end = reader.pos + length;
        if (end > reader.len) {
          throw $RangeError("index out of range");
        }
        length = reader.len;
        reader.len = end;
      }
      message = _target || new $root.shapes.Large();
      while (reader.pos < end) {
        let start = reader.pos;
        let tag = reader.tag();
        if (tag === _end) {
          _end = $undefined;
          break;
        }
        let wireType = tag & 7;
        switch (tag >>>= 3) {
          case 1: {
            if (wireType !== 0) {
              break;
            }
            if (value = reader.uint32()) {
              message.version = value;
            } else {
              delete message.version;
            }
            continue;
          }
          case 2: {
            if (wireType !== 2) {
              break;
            }
            if (!(message.items && message.items.length)) {
              message.items = [];
            }
            message.items.push(
              $root.shapes.Item.decode(
                reader,
                reader.size(),
                $undefined,
                _depth + 1,
              ),
            );
            continue;
          }
        }
        reader.skipType(wireType, _depth, tag);
        if (!reader.discardUnknown) {
          $util.makeProp(message, "$unknowns", false);
          (message.$unknowns || (message.$unknowns = [])).push(
            reader.raw(start, reader.pos),
          );
        }
      }
      if (length !== $undefined) {
        if (reader.pos !== end) {
          throw $RangeError("index out of range");
        }
        reader.len = length;
      }
      if (_end !== $undefined) {
        throw $Error("missing end group");
      }
      return message;
    };

    /**
     * Gets the type url for Large
     * @function getTypeUrl
     * @memberof shapes.Large
     * @static
     * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
     * @returns {string} The type url
     */
    Large.getTypeUrl = function (prefix) {
      if (prefix === $undefined) {
        prefix = "type.googleapis.com";
      }
      return prefix + "/shapes.Large";
    };

    return Large;
  })();

  return shapes;
})();

export { $root as default };
