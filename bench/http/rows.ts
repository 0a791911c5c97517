/** The rows of the speed table: work, load, and what is aimed at on each runtime. */

import {
  type Contestant,
  fetchServer,
  natives,
  ownServer,
  rawSockets,
  type Runtime,
} from "./contestants.ts";
import type { Mode } from "./work.ts";
import type { Load } from "./wrk.ts";

/** A peer, and the least ratio to it. */
export interface Rival {
  readonly contestant: Contestant;
  /** Least requests per second (or, for p99, greatest latency) in terms of the peer's; without one it is told for orientation. */
  readonly target?: number;
}

/** A row. */
export interface Row {
  readonly name: string;
  readonly mode: Mode;
  readonly load: Omit<Load, "seconds">;
  /** What is compared. */
  readonly measure: "rate" | "p99";
  /** Idle connections beside. */
  readonly idle?: number;
  readonly rivals: (runtime: Runtime) => Rival[];
}

type Targets = Record<Runtime, number>;

const JSON_1K: string = JSON.stringify({
  users: Array.from(
    { length: 15 },
    (_, id) => ({ id, name: "Ada Lovelace", mail: "ada@example.org" }),
  ),
});

const own = (targets: Targets) => (runtime: Runtime): Rival[] => [
  { contestant: ownServer(runtime), target: targets[runtime] },
];
const fetching = (targets: Targets) => (runtime: Runtime): Rival[] => [
  { contestant: fetchServer(runtime), target: targets[runtime] },
];
/** On Node by hand on `node:http`; elsewhere the runtime's server with a fetch handler. */
const ownBody = (target: number) => (runtime: Runtime): Rival[] => [
  {
    contestant: runtime === "node" ? ownServer(runtime) : fetchServer(runtime),
    target,
  },
];
const informative = (contestants: Contestant[]): Rival[] =>
  contestants.map((contestant) => ({ contestant }));

/** All rows. */
export const ROWS: readonly Row[] = [
  {
    name: "static-64",
    mode: "static",
    load: { path: "/", connections: 64 },
    measure: "rate",
    rivals: (runtime) => [
      ...own({ bun: 1, deno: 1.05, node: 1.1 })(runtime),
      ...informative(natives()),
    ],
  },
  {
    name: "static-pipelined",
    mode: "static",
    load: { path: "/", connections: 64, pipelined: 16 },
    measure: "rate",
    rivals: (runtime) => [
      ...own({ bun: 0.8, deno: 5, node: 8 })(runtime),
      ...(runtime === "bun" ? [{ contestant: fetchServer(runtime), target: 5 }] : []),
      { contestant: natives()[1]!, target: 1.2 },
      ...informative([natives()[0]!, natives()[2]!]),
    ],
  },
  ...[1, 64, 256].map((connections): Row => ({
    name: `json-${connections}`,
    mode: "json",
    load: { path: "/", connections },
    measure: "rate",
    rivals: connections === 64
      ? (runtime) => [
        ...fetching({ bun: 0.95, deno: 1, node: 1.3 })(runtime),
        ...informative([rawSockets(runtime)]),
      ]
      : (runtime) => informative([fetchServer(runtime)]),
  })),
  {
    name: "json-pipelined",
    mode: "json",
    load: { path: "/", connections: 64, pipelined: 16 },
    measure: "rate",
    rivals: (runtime) => informative([fetchServer(runtime)]),
  },
  {
    name: "hono-64",
    mode: "hono",
    load: { path: "/users/42", connections: 64 },
    measure: "rate",
    rivals: (runtime) => [
      ...fetching({ bun: 0.95, deno: 1, node: 1.3 })(runtime),
      { contestant: natives()[0]!, target: 1.1 },
    ],
  },
  {
    name: "hono-pipelined",
    mode: "hono",
    load: { path: "/users/42", connections: 64, pipelined: 16 },
    measure: "rate",
    rivals: fetching({ bun: 3, deno: 3, node: 3 }),
  },
  {
    name: "echo-64",
    mode: "echo",
    load: {
      path: "/",
      connections: 64,
      body: { type: "application/json", text: JSON_1K },
    },
    measure: "rate",
    rivals: ownBody(0.95),
  },
  {
    name: "upload-64",
    mode: "upload",
    load: {
      path: "/",
      connections: 64,
      body: { type: "application/octet-stream", text: "a".repeat(1024 * 1024) },
    },
    measure: "rate",
    rivals: ownBody(0.9),
  },
  {
    name: "download-64",
    mode: "download",
    load: { path: "/", connections: 64 },
    measure: "rate",
    rivals: ownBody(0.9),
  },
  {
    name: "p99-64",
    mode: "json",
    load: { path: "/", connections: 64 },
    measure: "p99",
    rivals: fetching({ bun: 1, deno: 1, node: 1 }),
  },
  {
    name: "p99-64-idle",
    mode: "json",
    load: { path: "/", connections: 64 },
    measure: "p99",
    idle: 2000,
    rivals: fetching({ bun: 1, deno: 1, node: 1 }),
  },
];
