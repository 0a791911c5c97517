/**
 * Does to the HTTP server what clients and machines do to servers, on each runtime, and tells in a
 * table how it stood it. After every scenario the server must still answer, and what it counted must
 * add up: accepted = closed + open, responses = requests.
 *
 * Usage: npx tsx scripts/faults.ts [--json] [--runtime node,bun] [--only silent]
 */

import process from "node:process";
import { parseArgs } from "node:util";
import { ask, expect, type Runtime, Victim } from "./faults/harness.ts";
import { type Scenario, SCENARIOS } from "./faults/scenarios.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    runtime: { type: "string", default: "node,deno,bun" },
    only: { type: "string", default: "" },
  },
});

interface Outcome {
  readonly scenario: string;
  readonly runtime: Runtime;
  readonly passed: boolean;
  readonly ms: number;
  readonly detail: string;
}

const outcomes: Outcome[] = [];
for (const runtime of values.runtime.split(",") as Runtime[]) {
  for (const scenario of SCENARIOS) {
    if (!scenario.name.includes(values.only)) continue;
    if (scenario.runtimes?.includes(runtime) === false) continue;
    const outcome = await judge(scenario, runtime);
    outcomes.push(outcome);
    if (!values.json) {
      const { passed, ms, detail } = outcome;
      const columns = [
        scenario.name.padEnd(62),
        runtime.padEnd(5),
        passed ? "ok    " : "FAILED",
      ];
      console.log(
        `${columns.join(" ")} ${String(ms).padStart(6)} ms  ${detail}`,
      );
    }
  }
}
const failed = outcomes.filter((outcome) => !outcome.passed).length;
if (values.json) {
  console.log(JSON.stringify({ failed, outcomes }, undefined, 1));
} else console.log(`${outcomes.length - failed} of ${outcomes.length} passed`);
process.exit(failed === 0 && outcomes.length > 0 ? 0 : 1);

async function judge(scenario: Scenario, runtime: Runtime): Promise<Outcome> {
  const since = Date.now();
  let victim: Victim | undefined;
  let passed = false;
  let detail: string;
  try {
    victim = await Victim.start(
      runtime,
      scenario.options,
      scenario.descriptors,
      scenario.files,
    );
    detail = await scenario.run(victim);
    if (!scenario.ends) await reconcile(victim);
    passed = true;
  } catch (error) {
    detail = (error as Error).message;
  } finally {
    await victim?.kill();
  }
  return {
    scenario: scenario.name,
    runtime,
    passed,
    ms: Date.now() - since,
    detail,
  };
}

/** It lives, and its numbers add up. */
async function reconcile(victim: Victim): Promise<void> {
  expect(
    (await ask(victim.port)).startsWith("HTTP/1.1 200 "),
    "It does not answer afterwards",
  );
  const counted = await victim.quiet(8_000);
  const { accepted, closed, started, finished } = counted;
  expect(
    accepted === closed,
    `${accepted} accepted, ${closed} closed, none open`,
  );
  expect(started === finished, `${started} requests, ${finished} responses`);
  expect(
    counted.activeRequests === 0,
    `${counted.activeRequests} requests in work without a client`,
  );
}
