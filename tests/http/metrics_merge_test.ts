import { test } from "node:test";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { mergeMetrics } from "../../src/http/metrics_merge.ts";

const ONE = `# HELP a_total Things.
# TYPE a_total counter
a_total{kind="x y"} 1
a_total{kind="z"} 2
# HELP g Now.
# TYPE g gauge
g 5
`;
const TWO = `# HELP a_total Things.
# TYPE a_total counter
a_total{kind="x y"} 10
# HELP g Now.
# TYPE g gauge
g 7
# HELP h Sizes.
# TYPE h histogram
h_bucket{le="1"} 3
h_sum 2.5
h_count 3
`;

test("values of the same series are added, others stand as they are", () => {
  assertEquals(
    mergeMetrics([{ text: ONE }, { text: TWO }]),
    `# HELP a_total Things.
# TYPE a_total counter
a_total{kind="x y"} 11
a_total{kind="z"} 2
# HELP g Now.
# TYPE g gauge
g 12
# HELP h Sizes.
# TYPE h histogram
h_bucket{le="1"} 3
h_sum 2.5
h_count 3
`,
  );
  assertEquals(mergeMetrics([{ text: ONE }]), ONE);
  assertEquals(mergeMetrics([]), "");
});

test("gauges of a process that has ended do not count, its counters do", () => {
  const merged = mergeMetrics([{ text: ONE, gauges: false }, { text: TWO }]);
  assertStringIncludes(merged, "\ng 7\n");
  assertStringIncludes(merged, 'a_total{kind="x y"} 11');
  assert(!mergeMetrics([{ text: ONE, gauges: false }]).includes("g 5"));
});
