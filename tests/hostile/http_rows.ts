/**
 * Every row of the parsing table in `docs/http.md` as inputs and outcomes, for the parser and for
 * real sockets.
 */

/** What must come of an input: a status, or 0 for closed without an answer; or how many requests. */
export interface Row {
  /** The row of the table. */
  readonly row: string;
  /** The bytes, as Latin-1. */
  readonly input: string;
  /** The refusal, or the paths of the requests that are accepted. */
  readonly outcome: number | readonly string[];
}

const rows: Row[] = [];

function refused(row: string, status: number, ...inputs: string[]): void {
  for (const input of inputs) rows.push({ row, input, outcome: status });
}

function accepted(row: string, paths: readonly string[], ...inputs: string[]): void {
  for (const input of inputs) rows.push({ row, input, outcome: paths });
}

/** A GET with these header lines beside Host. */
function get(...lines: string[]): string {
  return `GET / HTTP/1.1\r\nHost: a\r\n${lines.map((line) => line + "\r\n").join("")}\r\n`;
}

/** A POST with these header lines beside Host, and a body. */
function post(body: string, ...lines: string[]): string {
  return `POST / HTTP/1.1\r\nHost: a\r\n${lines.map((line) => line + "\r\n").join("")}\r\n${body}`;
}

function chunked(body: string): string {
  return post(body, "Transfer-Encoding: chunked");
}

/** A request with this request line. */
function line(requestLine: string): string {
  return `${requestLine}\r\nHost: a\r\n\r\n`;
}

refused(
  "request line",
  400,
  line("GET  / HTTP/1.1"),
  line("GET /  HTTP/1.1"),
  line(" GET / HTTP/1.1"),
  line("GET / HTTP/1.1 "),
  line("GET\t/ HTTP/1.1"),
  line("GET /\tHTTP/1.1"),
  line("GET /a b HTTP/1.1"),
  line("GET /\x00 HTTP/1.1"),
  line("GET /\x7f HTTP/1.1"),
  line("GET /\x0b HTTP/1.1"),
  line("GET /\xe9 HTTP/1.1"),
  line("GET /\xff HTTP/1.1"),
  line("GET /#f HTTP/1.1"),
  line("GET /a#f HTTP/1.1"),
  line("GET"),
  line("GET "),
  line("/ HTTP/1.1"),
  line("\x01GET / HTTP/1.1"),
);
refused("request line of 8,193 bytes", 414, line(`GET /${"a".repeat(8179)} HTTP/1.1`));
refused("endless target", 414, `GET /${"a".repeat(9000)}`);
accepted(
  "request line of 8,000 and 8,192 bytes",
  [`/${"a".repeat(7986)}`],
  line(`GET /${"a".repeat(7986)} HTTP/1.1`),
);
accepted(
  "request line of 8,192 bytes",
  [`/${"a".repeat(8178)}`],
  line(`GET /${"a".repeat(8178)} HTTP/1.1`),
);

refused(
  "method not a token, or over 32 bytes",
  400,
  line("G@T / HTTP/1.1"),
  line("GE(T / HTTP/1.1"),
  line("GET: / HTTP/1.1"),
  line("G\xc9T / HTTP/1.1"),
  line(`${"A".repeat(33)} / HTTP/1.1`),
  "A".repeat(40),
);
refused(
  "method not in the allow-list",
  501,
  line("get / HTTP/1.1"),
  line("FOO / HTTP/1.1"),
  line("Get / HTTP/1.1"),
  line(`${"A".repeat(32)} / HTTP/1.1`),
  line("CONNECT a:80 HTTP/1.1"),
  line("CONNECT / HTTP/1.1"),
  line("PRI / HTTP/1.1"),
);
refused(
  "unsupported version",
  505,
  line("GET / HTTP/2.0"),
  line("GET / HTTP/9.9"),
  line("GET / HTTP/0.9"),
  line("GET / HTTP/3.0"),
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
);
accepted("HTTP/1.2 is 1.1", ["/"], line("GET / HTTP/1.2"), line("GET / HTTP/1.9"));
refused(
  "malformed version",
  400,
  line("GET / http/1.1"),
  line("GET / HTTP/1"),
  line("GET / HTTP/1."),
  line("GET / HTTP/01.01"),
  line("GET / HTTP/1.10"),
  line("GET / HTTP/11"),
  line("GET / HTTP/1,1"),
  line("GET / HTTP /1.1"),
  line("GET / HTTPS/1.1"),
  line("GET / XTTP/1.1"),
  line("GET / "),
  "GET /\r\n",
  "GET / \r\n",
  "GET / HTTP/1.x",
);
accepted("up to four empty lines", ["/"], "\r\n" + get(), "\r\n\r\n\r\n\r\n" + get());
accepted("empty lines between requests", ["/", "/"], get() + "\r\n\r\n" + get());
refused("five empty lines", 400, "\r\n\r\n\r\n\r\n\r\n" + get(), "\r\n".repeat(50));
refused(
  "bare LF or CR as a line end",
  400,
  "GET / HTTP/1.1\nHost: a\n\n",
  "GET / HTTP/1.1\nHost: a\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: a\n\r\n",
  "GET / HTTP/1.1\r\nHost: a\r\n\n",
  "GET / HTTP/1.1\rHost: a\r\r",
  "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: a\r\n\rX",
  "\n" + get(),
  "\rX",
  "GET /\n",
  "GET\n",
  "GET / HTTP/1.1\r\n\nHost: a\r\n\r\n",
);
refused(
  "field line against the grammar",
  400,
  get("X : b"),
  get("X\t: b"),
  get(" X: b"),
  get("\tX: b"),
  get(": b"),
  get("X"),
  get("X: a", " folded"),
  get("X: a", "\tfolded"),
  get("X: a\x00b"),
  get("X: a\x01"),
  get("X: a\x0bb"),
  get("X: a\x7f"),
  get("X: a\x0cb"),
  get("X\x00: b"),
  get("X(y): b"),
  get("X\xe9: b"),
  get('"X": b'),
  get("X Y: b"),
  get("\x00"),
  "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
);
refused(
  "underscore aliases",
  400,
  get("Content_Length: 0"),
  get("Transfer_Encoding: chunked"),
  get("content_length: 5"),
);
refused("two Content-Types", 400, get("Content-Type: a/b", "content-type: a/b"));
accepted("obs-text in a value", ["/"], get("X: \x80\xff\xe9"), get("X: a\tb"));
refused(
  "Host",
  400,
  "GET / HTTP/1.1\r\n\r\n",
  "GET / HTTP/1.1\r\nX: b\r\n\r\n",
  get("Host: a"),
  get("Host: b"),
  "GET / HTTP/1.1\r\nHost:\r\n\r\n",
  "GET / HTTP/1.1\r\nHost:  \r\n\r\n",
  ...[
    "a,b",
    "u@a",
    "u:p@a",
    "a/",
    "a/b",
    "a b",
    "a:",
    "a:x",
    "a:-1",
    "a:99999",
    "a:123456",
    "a:80:80",
    ":80",
    "[::1",
    "::1",
    "[::g]",
    "[]",
    "a?b",
    "a#b",
    "a\\b",
    "a%41",
    "1.2.3.4.5",
    "1.2.3.256",
    "<a>",
    "a\xe9",
  ]
    .map((host) => `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
  "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET http://a:81/ HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n",
);
accepted(
  "Host that is fine",
  ["/"],
  ...[
    "a",
    "A.b-c_d",
    "a:80",
    "a:0",
    "127.0.0.1",
    "127.0.0.1:8080",
    "[::1]",
    "[::1]:80",
    "[::ffff:1.2.3.4]",
    "a.",
  ]
    .map((host) => `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
);
accepted(
  "absolute form that agrees with Host",
  ["/x?y"],
  "GET http://a/x?y HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET HTTP://A/x?y HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET https://a:80/x?y HTTP/1.1\r\nHost: a:80\r\n\r\n",
  "GET http://a/x?y HTTP/1.0\r\n\r\n",
);
accepted("absolute form without a path", ["/"], "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n");
accepted("absolute form with a query alone", ["/?q"], "GET http://a?q HTTP/1.1\r\nHost: a\r\n\r\n");
accepted(
  "HTTP/1.0 needs no Host",
  ["/"],
  "GET / HTTP/1.0\r\n\r\n",
  "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
);
refused(
  "Content-Length not a plain number",
  400,
  ...[
    "+5",
    "-1",
    "0x5",
    "5_0",
    "005",
    "00",
    "5 5",
    "",
    " ",
    "5.0",
    "5e1",
    "five",
    "9007199254740992",
    "99999999999999999999",
    "5\x0b",
    "\x0c5",
    "5;",
    "'5'",
  ]
    .map((value) => post("", `Content-Length: ${value}`)),
);
accepted(
  "Content-Length with white space around",
  ["/"],
  post("hello", "Content-Length: \t5 \t"),
  post("", "Content-Length: 0"),
  post("hello", "Content-Length:5"),
);
refused(
  "two Content-Lengths or a list",
  400,
  post("hello", "Content-Length: 5", "Content-Length: 5"),
  post("hello", "Content-Length: 5", "Content-Length: 6"),
  post("hello", "Content-Length: 5, 5"),
  post("hello", "Content-Length: 5,"),
  post("", "Content-Length: 0", "content-length: 0"),
);
refused(
  "Content-Length with Transfer-Encoding",
  400,
  post("0\r\n\r\n", "Content-Length: 5", "Transfer-Encoding: chunked"),
  post("0\r\n\r\n", "Transfer-Encoding: chunked", "Content-Length: 5"),
  post("0\r\n\r\n", "Transfer-Encoding: chunked", "Content-Length: 0"),
);
refused(
  "Transfer-Encoding in HTTP/1.0",
  400,
  "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
);
refused(
  "one unknown coding",
  501,
  ...["gzip", "xchunked", "deflate", "chunked-x"].map((value) =>
    post("", `Transfer-Encoding: ${value}`)
  ),
);
refused(
  "any other Transfer-Encoding",
  400,
  ...[
    "gzip, chunked",
    "chunked, chunked",
    "identity",
    ",chunked",
    "chunked,",
    "chunked;a=b",
    "",
    "\x0bchunked",
    "chunked\x0c",
    "chunked\x00",
    '"chunked"',
    "chunked chunked",
    "chunked, gzip",
    "gzip;q=1",
    "identity, chunked",
    "chun\tked",
  ]
    .map((value) => post("0\r\n\r\n", `Transfer-Encoding: ${value}`)),
  post("0\r\n\r\n", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
  post("0\r\n\r\n", "Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
  post("0\r\n\r\n", "Transfer-Encoding:", " chunked"),
  post("0\r\n\r\n", "Transfer-Encoding : chunked"),
);
accepted(
  "chunked",
  ["/"],
  chunked("5\r\nhello\r\n0\r\n\r\n"),
  chunked("0\r\n\r\n"),
  chunked("000\r\n\r\n"),
  chunked("A\r\n0123456789\r\n0\r\n\r\n"),
  chunked("a\r\n0123456789\r\n1\r\nx\r\n00\r\n\r\n"),
  post("0\r\n\r\n", "transfer-encoding:\tchunked "),
);
refused(
  "chunk size",
  400,
  ...["", "0x5", "+5", "-5", "5_0", " 5", "g", "00000000000000005", "\t5"].map((size) =>
    chunked(`${size}\r\nhello\r\n0\r\n\r\n`)
  ),
);
refused(
  "chunk size over the limit",
  413,
  chunked("100001\r\n"),
  chunked("FFFFFFFFFFFFFFFF\r\n"),
  chunked("fffff\r\n" + "x".repeat(0xfffff) + "\r\n2\r\n"),
);
refused(
  "chunk extension",
  400,
  ...[
    "5 \r\n",
    "5\t\r\n",
    "5;\r\n",
    "5; \r\n",
    "5;a;\r\n",
    "5;a=\r\n",
    "5;=b\r\n",
    '5;a="b\r\n',
    '5;a="b\x01"\r\n',
    "5;a\x00\r\n",
    "5;a b\r\n",
    "5;a=b c\r\n",
    '5;a="b"c\r\n',
    "5;a \r\n",
    "5;a=b \r\n",
    "5;a=\xe9\r\n",
    "5;\x7f\r\n",
    '5;"a"=b\r\n',
    '5;a="\\\x01"\r\n',
    "5 x\r\n",
  ]
    .map((start) => chunked(`${start}hello\r\n0\r\n\r\n`)),
);
accepted(
  "chunk extension that is fine",
  ["/"],
  ...[
    "5; a",
    "5 ;a",
    "5;a",
    "5;a=b",
    '5;a="b c"',
    '5;a="\\""',
    "5;a;b;c=d",
    "5 ; a = b",
    '5;a="b";c',
    '5;a="\xe9"',
  ]
    .map((start) => chunked(`${start}\r\nhello\r\n0;last\r\n\r\n`)),
);
refused(
  "chunk extensions of over 4 KiB",
  431,
  chunked(`5;${"a".repeat(4096)}\r\nhello\r\n0\r\n\r\n`),
  chunked(`1;${"a".repeat(1023)}\r\nx\r\n`.repeat(5) + "0\r\n\r\n"),
);
refused(
  "chunk framing",
  400,
  chunked("5\r\nhelloX\r\n0\r\n\r\n"),
  chunked("5\r\nhello\n0\r\n\r\n"),
  chunked("5\nhello\r\n0\r\n\r\n"),
  chunked("5\r\nhello\rX"),
  chunked("5\r\nhello0\r\n\r\n"),
  chunked("5\r\nhello\r\n0\r\n\n"),
  chunked("5\r\nhello\r\n0\n\r\n"),
  chunked("0\r\n\rX"),
);
refused(
  "trailers",
  400,
  ...[
    "X : b",
    " X: b",
    ": b",
    "X",
    "X: \x00",
    "X: a\r\n folded",
    "Content-Length: 5",
    "Transfer-Encoding: chunked",
    "Host: b",
    "Authorization: x",
    "content-type: a/b",
    "Content_Length: 1",
    "Cookie: a",
    "TE: x",
    "Trailer: x",
    "X-Forwarded-For: 1.2.3.4",
    "Connection: close",
  ]
    .map((field) => chunked(`0\r\n${field}\r\n\r\n`)),
  chunked("0\r\nX: a\n\r\n"),
  chunked("0\r\nX: a\rb\r\n\r\n"),
);
refused(
  "trailers beyond the limits",
  431,
  chunked(`0\r\n${"X: b\r\n".repeat(33)}\r\n`),
  chunked(`0\r\nX: ${"b".repeat(8192)}\r\n\r\n`),
);
accepted(
  "trailers that are fine",
  ["/"],
  chunked("0\r\nX: b\r\n\r\n"),
  chunked("5\r\nhello\r\n0\r\nGrpc-Status: 0\r\nX:\r\n\r\n"),
  chunked(`0\r\n${"X: b\r\n".repeat(32)}\r\n`),
);
refused(
  "asterisk and authority forms",
  400,
  line("GET * HTTP/1.1"),
  line("OPTIONS ** HTTP/1.1"),
  line("GET a:80 HTTP/1.1"),
  line("GET a HTTP/1.1"),
  line("GET ftp://a/ HTTP/1.1"),
  line("GET ?q HTTP/1.1"),
  line("GET http://a:x/ HTTP/1.1"),
);
accepted("OPTIONS *", ["*"], line("OPTIONS * HTTP/1.1"));
refused(
  "percent-encoding",
  400,
  ...["/%", "/%4", "/%g0", "/%0g", "/%00", "/%0d", "/%0A", "/%0a", "/%0D", "/?a=%", "/a%2", "/%%41"]
    .map((target) => line(`GET ${target} HTTP/1.1`)),
);
accepted(
  "percent-encoding is not decoded",
  ["/%41%2f?x=%e2%82%ac"],
  line("GET /%41%2f?x=%e2%82%ac HTTP/1.1"),
);
refused(
  "Expect",
  417,
  get("Expect: x"),
  get("Expect: 100-continue, x"),
  get("Expect:"),
  post("hello", "Content-Length: 5", "Expect: 200-ok"),
);
accepted(
  "Expect: 100-continue",
  ["/"],
  post("hello", "Content-Length: 5", "Expect: 100-continue"),
  post("hello", "Content-Length: 5", "expect: 100-Continue"),
  get("Expect: 100-continue"),
);
accepted(
  "Connection",
  ["/"],
  get("Connection: close"),
  get("Connection: Close, foo"),
  get("Connection: keep-alive"),
  get("Connection: x, KEEP-ALIVE"),
  get("Connection: "),
  get("Connection: ,,"),
  get("Connection: banana"),
);
accepted(
  "Upgrade is ignored",
  ["/"],
  get("Upgrade: h2c", "Connection: Upgrade"),
  get("Upgrade: websocket"),
);
accepted(
  "a body on GET, HEAD, DELETE",
  ["/", "/"],
  ...["GET", "HEAD", "DELETE"].map((method) =>
    `${method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello${get()}`
  ),
);
refused("TLS on a plain port", 0, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03");
refused(
  "header line over 8 KiB",
  431,
  get(`X: ${"a".repeat(8190)}`),
  get(`${"x".repeat(8193)}: a`),
  `GET / HTTP/1.1\r\nX: ${" ".repeat(9000)}`,
);
accepted("header line of 8 KiB", ["/"], get(`X: ${"a".repeat(8189)}`));
refused(
  "headers over 32 KiB",
  431,
  get(...Array.from({ length: 5 }, () => `X: ${"a".repeat(7000)}`)),
);
refused("over 100 headers", 431, get(...Array.from({ length: 100 }, () => "X: a")));
accepted("100 headers", ["/"], get(...Array.from({ length: 99 }, () => "X: a")));
accepted(
  "a pipeline",
  ["/", "/1", "/2"],
  get() + "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n" +
    "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
);

/** All rows. */
export const ROWS: readonly Row[] = rows;
