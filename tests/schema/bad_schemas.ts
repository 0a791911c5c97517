/** Bad schemas, each with every problem that must be reported: position, code and message. */

/** A bad schema. */
export interface BadSchema {
  /** What is wrong. */
  readonly name: string;
  /** The file. */
  readonly text: string;
  /** `line:column code: message`, in order. */
  readonly problems: readonly string[];
}

/** The table. */
export const BAD_SCHEMAS: readonly BadSchema[] = [
  {
    name: "empty file",
    text: "",
    problems: [
      '1:1 syntax: Expected "package NAME" first, found the end of the file',
    ],
  },
  {
    name: "only comments",
    text: "# nothing here\n",
    problems: [
      '2:1 syntax: Expected "package NAME" first, found the end of the file',
    ],
  },
  {
    name: "no package",
    text: "struct A {\n  X u8 @0\n}\n",
    problems: [
      '1:1 syntax: Expected "package NAME" first, found "struct"',
    ],
  },
  {
    name: "package not first",
    text: "struct A\n  X u8\npackage p\n",
    problems: [
      '1:1 syntax: Expected "package NAME" first, found "struct"',
    ],
  },
  {
    name: "package without a name",
    text: "package\nstruct A\n  X u8\n",
    problems: [
      '1:8 syntax: Expected a name after "package", found the end of the line',
    ],
  },
  {
    name: "package name is a number",
    text: "package 7\nstruct A\n  X u8\n",
    problems: [
      '1:9 syntax: Expected a name after "package", found "7"',
    ],
  },
  {
    name: "two packages",
    text: "package p\npackage q\nstruct A\n  X u8\n",
    problems: [
      '2:9 duplicate: Duplicate package "q": the file is package "p" since line 1',
    ],
  },
  {
    name: "words after the package",
    text: "package p q\n",
    problems: [
      '1:11 syntax: Expected the end of the line after package "p", found "q"',
    ],
  },
  {
    name: "unknown keyword",
    text: "package p\nmessage A {\n  X u8 @0\n}\n",
    problems: [
      '2:1 syntax: Expected "struct", "interface" or "type", found "message"',
    ],
  },
  {
    name: "stray closing brace",
    text: "package p\nstruct A {\n  X u8 @0\n}\n}\n",
    problems: [
      '5:1 syntax: Expected "struct", "interface" or "type", found "}"',
    ],
  },
  {
    name: "not text",
    text: "\u0000\u0001\u0002",
    problems: [
      '1:1 syntax: Expected "package NAME" first, found "\\u0000\\u0001\\u0002"',
    ],
  },
  {
    name: "what a terminal obeys, or shows in another order",
    text: "package p\n\u009b31m\u202e\n",
    problems: [
      '2:1 syntax: Expected "struct", "interface" or "type", found "\\u009b"',
    ],
  },
  {
    name: "letters outside ASCII",
    text: "package p\nstruct Añadir {\n  X u8 @0\n}\n",
    problems: [
      '2:9 syntax: Expected "{" or the end of the line after struct "A", found "ñ"',
    ],
  },
  {
    name: "alias without a name",
    text: "package p\ntype = u8\n",
    problems: [
      '2:6 syntax: Expected a name after "type", found "="',
    ],
  },
  {
    name: "alias without =",
    text: "package p\ntype id u64\n",
    problems: [
      '2:9 syntax: Expected "=" after the name of alias "id", found "u64"',
    ],
  },
  {
    name: "alias without a type",
    text: "package p\ntype id =\nstruct A\n  X u8\n",
    problems: [
      '2:10 syntax: Expected the type of alias "id", found the end of the line',
    ],
  },
  {
    name: "words after an alias",
    text: "package p\ntype id = u64 u32\n",
    problems: [
      '2:15 syntax: Expected the end of the line after alias "id", found "u32"',
    ],
  },
  {
    name: "alias of itself",
    text: "package p\ntype id = id\n",
    problems: [
      '2:6 recursion: Alias "id" contains itself: use a struct, which is a pointer',
    ],
  },
  {
    name: "aliases in a circle",
    text: "package p\ntype a = b\ntype b = c\ntype c = a\n",
    problems: [
      '2:6 recursion: Alias "a" contains itself: use a struct, which is a pointer',
    ],
  },
  {
    name: "alias of a list of itself",
    text: "package p\ntype a = list<a>\n",
    problems: [
      '2:6 recursion: Alias "a" contains itself: use a struct, which is a pointer',
    ],
  },
  {
    name: "alias of an unknown type",
    text: "package p\ntype id = u65\n",
    problems: [
      '2:11 unknown_type: Unknown type "u65" of alias "id": did you mean "u64"?',
    ],
  },
  {
    name: "alias twice",
    text: "package p\ntype id = u64\ntype id = u32\n",
    problems: [
      '3:6 duplicate: Duplicate alias "id": line 2 declares it too',
    ],
  },
  {
    name: "alias named as a struct",
    text: "package p\nstruct id\n  X u8\ntype id = u64\n",
    problems: [
      '4:6 duplicate: Duplicate alias "id": line 2 declares struct "id"',
    ],
  },
  {
    name: "alias named as a built-in type",
    text: "package p\ntype u64 = u32\n",
    problems: [
      '2:6 reserved_name: Expected another name for alias "u64": it is a built-in type',
    ],
  },
  {
    name: "struct named as a built-in type",
    text: "package p\nstruct text {\n  X u8 @0\n}\n",
    problems: [
      '2:8 reserved_name: Expected another name for struct "text": it is a built-in type',
    ],
  },
  {
    name: "struct without a name",
    text: "package p\nstruct {\n  X u8 @0\n}\n",
    problems: [
      '2:8 syntax: Expected a name after "struct", found "{"',
    ],
  },
  {
    name: "struct without a name, indented",
    text: "package p\nstruct\n  X u8\n",
    problems: [
      '2:7 syntax: Expected a name after "struct", found the end of the line',
    ],
  },
  {
    name: "struct with two names",
    text: "package p\nstruct A B {\n  X u8 @0\n}\n",
    problems: [
      '2:10 syntax: Expected "{" or the end of the line after struct "A", found "B"',
    ],
  },
  {
    name: "struct named by a number",
    text: "package p\nstruct 1A {\n  X u8 @0\n}\n",
    problems: [
      '2:8 syntax: Expected a name after "struct", found "1A"',
    ],
  },
  {
    name: "struct twice",
    text: "package p\nstruct A\n  X u8\nstruct A\n  Y u8\n",
    problems: [
      '4:8 duplicate: Duplicate struct "A": line 2 declares it too',
    ],
  },
  {
    name: "structs with one generated name",
    text: "package p\nstruct Echo.Req\n  X u8\nstruct EchoReq\n  X u8\n",
    problems: [
      '4:8 duplicate: Duplicate struct "EchoReq": "Echo.Req" in line 2 has the same generated name "EchoReq"',
    ],
  },
  {
    name: "struct without fields, braces",
    text: "package p\nstruct A {\n  # nothing\n}\n",
    problems: [
      '2:8 empty_struct: Expected a field in struct "A", found none',
    ],
  },
  {
    name: "struct without fields, indented",
    text: "package p\nstruct A\n\nstruct B\n  X u8\n",
    problems: [
      '2:8 empty_struct: Expected a field in struct "A", found none',
    ],
  },
  {
    name: "brace on the next line",
    text: "package p\nstruct A\n{\n  X u8 @0\n}\n",
    problems: [
      '3:1 syntax: Expected "{" on the line of struct "A", found it on the next line',
    ],
  },
  {
    name: "unterminated at the end",
    text: "package p\nstruct A {\n  X u8 @0\n",
    problems: [
      '2:10 unterminated: Expected "}" at the end of struct "A", found the end of the file',
    ],
  },
  {
    name: "unterminated before a struct",
    text: "package p\nstruct A {\n  X u8 @0\nstruct B {\n  Y u8 @0\n}\n",
    problems: [
      '2:10 unterminated: Expected "}" at the end of struct "A", found "struct B" in line 4',
    ],
  },
  {
    name: "unterminated before an indented struct",
    text: "package p\nstruct A {\n  X u8 @0\nstruct B\n  Y u8\n",
    problems: [
      '2:10 unterminated: Expected "}" at the end of struct "A", found "struct B" in line 4',
    ],
  },
  {
    name: "unterminated before an alias",
    text: "package p\nstruct A {\n  X u8 @0\ntype id = u64\n",
    problems: [
      '2:10 unterminated: Expected "}" at the end of struct "A", found "type id" in line 4',
    ],
  },
  {
    name: "unterminated interface",
    text: "package p\ninterface I {\n  ping()\n",
    problems: [
      '2:13 unterminated: Expected "}" at the end of interface "I", found the end of the file',
    ],
  },
  {
    name: "struct in a struct",
    text: "package p\nstruct A\n  X u8\n  struct B\n    Y u8\n",
    problems: [
      '4:3 syntax: Expected an item of struct "A", found "struct B": a declaration begins no deeper than the one before',
    ],
  },
  {
    name: "field without a type",
    text: "package p\nstruct A\n  X\n  Y u8\n",
    problems: [
      '3:4 syntax: Expected the type of field "X", found the end of the line',
    ],
  },
  {
    name: "field without a type, braces",
    text: "package p\nstruct A {\n  X\n  Y u8 @0\n}\n",
    problems: [
      '3:4 syntax: Expected the type of field "X", found the end of the line',
    ],
  },
  {
    name: "field without an offset in braces",
    text: "package p\nstruct A {\n  X u8\n  Y u8 @1\n}\n",
    problems: [
      '3:7 syntax: Expected "@" and an offset after the type of field "X" (only the indented form may leave it out), found the end of the line',
    ],
  },
  {
    name: "field name is a number",
    text: "package p\nstruct A\n  1X u8\n",
    problems: [
      '3:3 syntax: Expected a field\'s name, found "1X"',
    ],
  },
  {
    name: "field name with a dot",
    text: "package p\nstruct A\n  X.Y u8\n",
    problems: [
      '3:3 syntax: Expected a field\'s name without dots, found "X.Y"',
    ],
  },
  {
    name: "field twice",
    text: "package p\nstruct A\n  X u8\n  X u16\n",
    problems: [
      '4:3 duplicate: Duplicate field "X" of struct "A": line 3 declares it too',
    ],
  },
  {
    name: "fields with one property",
    text: "package p\nstruct A\n  Id u8\n  id u16\n",
    problems: [
      '4:3 duplicate: Duplicate field "id" of struct "A": "Id" in line 3 has the same property "id"',
    ],
  },
  {
    name: "field named __proto__",
    text: "package p\nstruct A\n  __proto__ u8\n",
    problems: [
      '3:3 reserved_name: Expected another name for field "__proto__": JavaScript gives it a meaning',
    ],
  },
  {
    name: "struct, alias and interface of a name with a meaning",
    text:
      "package p\nstruct __proto__\n  X u8\ntype __proto__ = u8\ninterface __proto__\n  get()\n",
    problems: [
      '2:8 reserved_name: Expected another name for struct "__proto__": JavaScript gives it a meaning',
      '4:6 reserved_name: Expected another name for alias "__proto__": JavaScript gives it a meaning',
      '5:11 reserved_name: Expected another name for interface "__proto__": JavaScript gives it a meaning',
    ],
  },
  {
    name: "names that leave an empty path",
    text: "package p\nstruct _\n  _ u8\ninterface _\n  __(_: _) returns (_: _)\n",
    problems: [
      '4:11 reserved_name: Expected a letter or digit in the name of interface "_", found none: its path would be empty',
      '5:3 reserved_name: Expected a letter or digit in the name of method "__", found none: its path would be empty',
    ],
  },
  {
    name: "unknown type with a likely name",
    text: "package p\nstruct A\n  X txt\n",
    problems: [
      '3:5 unknown_type: Unknown type "txt" of field "X": did you mean "text"?',
    ],
  },
  {
    name: "unknown type without one",
    text: "package p\nstruct A\n  X Something\n",
    problems: [
      '3:5 unknown_type: Unknown type "Something" of field "X"',
    ],
  },
  {
    name: "type in another case",
    text: "package p\nstruct A\n  X U64\n",
    problems: [
      '3:5 unknown_type: Unknown type "U64" of field "X": did you mean "u64"?',
    ],
  },
  {
    name: "@ without a number",
    text: "package p\nstruct A\n  X u8 @\n",
    problems: [
      '3:9 syntax: Expected an offset, a decimal number, of field "X", found the end of the file',
    ],
  },
  {
    name: "negative offset",
    text: "package p\nstruct A\n  X u8 @-4\n",
    problems: [
      '3:9 syntax: Expected an offset, a decimal number, of field "X", found "-"',
    ],
  },
  {
    name: "hexadecimal offset",
    text: "package p\nstruct A\n  X u8 @0x10\n",
    problems: [
      '3:9 syntax: Expected an offset, a decimal number, of field "X", found "0x10"',
    ],
  },
  {
    name: "offset over the limit",
    text: "package p\nstruct A\n  X u8 @1048577\n",
    problems: [
      '3:9 size: Expected an offset of 0 to 1048576 for field "X", found 1048577',
    ],
  },
  {
    name: "offset beyond exact numbers",
    text: "package p\nstruct A {\n  X u8 @99999999999999999999\n}\n",
    problems: [
      '3:9 size: Expected an offset of 0 to 1048576 for field "X", found 99999999999999999999',
    ],
  },
  {
    name: "struct over the limit",
    text: "package p\nstruct A\n  X u64 @1048575\n",
    problems: [
      '3:3 size: Expected struct "A" to end at byte 1048576 or before, found field "X" ending at 1048583',
    ],
  },
  {
    name: "struct over the limit by its sum",
    text: "package p\nstruct A\n  X bytes_fixed[1048576]\n  Y u8\n",
    problems: [
      '4:3 size: Expected struct "A" to end at byte 1048576 or before, found field "Y" ending at 1048577',
    ],
  },
  {
    name: "overlapping fields",
    text: "package p\nstruct A {\n  X u64 @0\n  Y u8 @4\n}\n",
    problems: [
      '4:9 overlap: Field "Y" (byte 4) overlaps field "X" (bytes 0 to 7)',
    ],
  },
  {
    name: "overlapping with an earlier offset",
    text: "package p\nstruct A {\n  X u8 @4\n  Y u64 @0\n}\n",
    problems: [
      '4:10 overlap: Field "Y" (bytes 0 to 7) overlaps field "X" (byte 4)',
    ],
  },
  {
    name: "overlapping, second offset implied",
    text: "package p\nstruct A\n  X u32 @8\n  Y u32 @6\n  Z u32\n",
    problems: [
      '4:10 overlap: Field "Y" (bytes 6 to 9) overlaps field "X" (bytes 8 to 11)',
      '5:3 overlap: Field "Z" (bytes 10 to 13) overlaps field "X" (bytes 8 to 11)',
    ],
  },
  {
    name: "words after a field",
    text: "package p\nstruct A\n  X u8 @0 optional\n",
    problems: [
      '3:11 syntax: Expected the end of the line after an item of struct "A", found "optional"',
    ],
  },
  {
    name: "two fields in an indented line",
    text: "package p\nstruct A\n  X u8 @0 Y u8 @1\n",
    problems: [
      '3:11 syntax: Expected the end of the line after an item of struct "A", found "Y"',
    ],
  },
  {
    name: "default value",
    text: "package p\nstruct A\n  X u8 = 7\n",
    problems: [
      '3:8 syntax: Expected "@" and an offset or the end of the line after the type of field "X", found "="',
    ],
  },
  {
    name: "comma between fields",
    text: "package p\nstruct A {\n  X u8 @0,\n  Y u8 @1\n}\n",
    problems: [
      '3:10 syntax: Expected a field\'s name, found ","',
    ],
  },
  {
    name: "bytes_fixed without a size",
    text: "package p\nstruct A\n  X bytes_fixed\n",
    problems: [
      '3:16 syntax: Expected "[" after "bytes_fixed" of field "X", found the end of the file',
    ],
  },
  {
    name: "bytes_fixed of nothing",
    text: "package p\nstruct A\n  X bytes_fixed[0]\n",
    problems: [
      '3:17 size: Expected a size of 1 to 1048576 bytes of field "X", found 0',
    ],
  },
  {
    name: "bytes_fixed over the limit",
    text: "package p\nstruct A\n  X bytes_fixed[1048577]\n",
    problems: [
      '3:17 size: Expected a size of 1 to 1048576 bytes of field "X", found 1048577',
    ],
  },
  {
    name: "bytes_fixed of a name",
    text: "package p\nstruct A\n  X bytes_fixed[N]\n",
    problems: [
      '3:17 syntax: Expected a size, a decimal number, of field "X", found "N"',
    ],
  },
  {
    name: "bytes_fixed not closed",
    text: "package p\nstruct A\n  X bytes_fixed[4\n",
    problems: [
      '3:18 syntax: Expected "]" after the size of field "X", found the end of the file',
    ],
  },
  {
    name: "list without elements",
    text: "package p\nstruct A\n  X list\n",
    problems: [
      '3:9 syntax: Expected "<" after "list" of field "X", found the end of the file',
    ],
  },
  {
    name: "list of nothing",
    text: "package p\nstruct A\n  X list<>\n",
    problems: [
      '3:10 syntax: Expected the type of field "X", found ">"',
    ],
  },
  {
    name: "list not closed",
    text: "package p\nstruct A\n  X list<u8\n",
    problems: [
      '3:12 syntax: Expected ">" after the elements\' type of field "X", found the end of the file',
    ],
  },
  {
    name: "list of lists",
    text: "package p\nstruct A\n  X list<list<u8>>\n",
    problems: [
      '3:10 syntax: Expected elements of field "X" that are no lists (a struct may hold the inner list), found "list"',
    ],
  },
  {
    name: "list of an alias of a list",
    text: "package p\ntype ids = list<u64>\nstruct A\n  X list<ids>\n",
    problems: [
      '4:10 nested_list: Expected elements of field "X" that are no lists (a struct may hold the inner list), found "ids"',
    ],
  },
  {
    name: "list of an unknown type",
    text: "package p\nstruct A\n  X list<Nope>\n",
    problems: [
      '3:10 unknown_type: Unknown type "Nope" of field "X"',
    ],
  },
  {
    name: "interface without a name",
    text: "package p\ninterface {\n  ping()\n}\n",
    problems: [
      '2:11 syntax: Expected a name after "interface", found "{"',
    ],
  },
  {
    name: "interface twice",
    text: "package p\ninterface I\n  ping()\ninterface I\n  pong()\n",
    problems: [
      '4:11 duplicate: Duplicate interface "I": line 2 declares it too',
    ],
  },
  {
    name: "interfaces with one path",
    text: "package p\ninterface NoteBook\n  ping()\ninterface note_book\n  pong()\n",
    problems: [
      '4:11 duplicate: Duplicate interface "note_book": "NoteBook" in line 2 has the same path "note-book"',
    ],
  },
  {
    name: "method without parentheses",
    text: "package p\ninterface I\n  ping\n",
    problems: [
      '3:7 syntax: Expected "(" after the name of method "ping", found the end of the file',
    ],
  },
  {
    name: "method name is punctuation",
    text: "package p\ninterface I {\n  (x: A)\n}\n",
    problems: [
      '3:3 syntax: Expected a method\'s name, found "("',
    ],
  },
  {
    name: "method twice",
    text: "package p\ninterface I\n  ping()\n  ping()\n",
    problems: [
      '4:3 duplicate: Duplicate method "ping" of interface "I": line 3 declares it too',
    ],
  },
  {
    name: "methods with one generated name",
    text: "package p\ninterface I\n  Ping()\n  ping()\n",
    problems: [
      '4:3 duplicate: Duplicate method "ping" of interface "I": "Ping" in line 3 has the same generated name "ping"',
    ],
  },
  {
    name: "methods with one path",
    text: "package p\ninterface I\n  getAll()\n  get_all()\n",
    problems: [
      '4:3 duplicate: Duplicate method "get_all" of interface "I": "getAll" in line 3 has the same path "get-all"',
    ],
  },
  {
    name: "parameters not closed",
    text: "package p\nstruct A\n  X u8\ninterface I\n  ping(a: A\n  pong()\n",
    problems: [
      '5:12 syntax: Expected ")" after the type of parameter "a" of method "ping", found the end of the line',
    ],
  },
  {
    name: "parameter without a type",
    text: "package p\ninterface I\n  ping(a)\n",
    problems: [
      '3:9 syntax: Expected ":" and a struct after parameter "a" of method "ping", found ")"',
    ],
  },
  {
    name: "parameter without a struct",
    text: "package p\ninterface I\n  ping(a:)\n",
    problems: [
      '3:10 syntax: Expected the type of parameter "a" of method "ping", found ")"',
    ],
  },
  {
    name: "two parameters",
    text: "package p\nstruct A\n  X u8\ninterface I\n  ping(a: A, b: A)\n",
    problems: [
      '5:12 syntax: Expected at most one parameter of method "ping", found "," and another one',
    ],
  },
  {
    name: "two results",
    text: "package p\nstruct A\n  X u8\ninterface I\n  ping() returns (a: A, b: A)\n",
    problems: [
      '5:23 syntax: Expected at most one result of method "ping", found "," and another one',
    ],
  },
  {
    name: "returns without parentheses",
    text: "package p\nstruct A\n  X u8\ninterface I\n  ping() returns A\n",
    problems: [
      '5:18 syntax: Expected "(" after "returns" of method "ping", found "A"',
    ],
  },
  {
    name: "parameter of an unknown struct",
    text: "package p\nstruct Note\n  X u8\ninterface I\n  ping(a: Nota)\n",
    problems: [
      '5:11 unknown_type: Unknown type "Nota" of parameter "a" of method "ping": did you mean "Note"?',
    ],
  },
  {
    name: "parameter of a scalar",
    text: "package p\ninterface I\n  ping(a: u8)\n",
    problems: [
      '3:11 not_a_struct: Expected a struct as type of parameter "a" of method "ping", found "u8"',
    ],
  },
  {
    name: "parameter of a list",
    text: "package p\nstruct A\n  X u8\ninterface I\n  ping(a: list<A>)\n",
    problems: [
      '5:11 not_a_struct: Expected a struct as type of parameter "a" of method "ping", found "list<A>"',
    ],
  },
  {
    name: "parameter of an alias of a scalar",
    text: "package p\ntype id = u64\ninterface I\n  ping(a: id)\n",
    problems: [
      '4:11 not_a_struct: Expected a struct as type of parameter "a" of method "ping", found "id"',
    ],
  },
  {
    name: "result of an interface",
    text: "package p\ninterface I\n  ping() returns (i: I)\n",
    problems: [
      '3:22 unknown_type: Unknown type "I" of result "i" of method "ping"',
    ],
  },
  {
    name: "words after a method",
    text: "package p\ninterface I\n  ping() throws\n",
    problems: [
      '3:10 syntax: Expected the end of the line after an item of interface "I", found "throws"',
    ],
  },
  {
    name: "semicolons",
    text: "package p\nstruct A {\n  X u8 @0;\n}\n",
    problems: [
      '3:10 syntax: Expected a field\'s name, found ";"',
    ],
  },
  {
    name: "several problems at once",
    text:
      "package p\ntype id = u65\nstruct A {\n  X u8 @0\n  X u8 @0\n  Y nope @8\n}\ninterface I\n  ping(a: B) returns (c: u8)\n",
    problems: [
      '2:11 unknown_type: Unknown type "u65" of alias "id": did you mean "u64"?',
      '5:3 duplicate: Duplicate field "X" of struct "A": line 4 declares it too',
      '6:5 unknown_type: Unknown type "nope" of field "Y"',
      '9:11 unknown_type: Unknown type "B" of parameter "a" of method "ping"',
      '9:26 not_a_struct: Expected a struct as type of result "c" of method "ping", found "u8"',
    ],
  },
  {
    name: "a problem on each line",
    text: "package p\nstruct A\n  X u8 @x\n  Y bytes_fixed[]\n  Z list<\n  9\n",
    problems: [
      '3:9 syntax: Expected an offset, a decimal number, of field "X", found "x"',
      '4:17 syntax: Expected a size, a decimal number, of field "Y", found "]"',
      '5:10 syntax: Expected the type of field "Z", found the end of the line',
      '6:3 syntax: Expected a field\'s name, found "9"',
    ],
  },
  {
    name: "long noise is cut",
    text:
      "package p\n$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$\n",
    problems: [
      '2:1 syntax: Expected "struct", "interface" or "type", found "$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$…"',
    ],
  },
];
