/**
 * Which structs contain themselves. JSON has no null struct: a null is written as the struct's zero
 * value. Only where that would not end, `null` is written, read, and allowed by the JSON Schema.
 */

import type { Plan } from "./plan.ts";

const known = new WeakMap<Plan, boolean>();

/** Whether a struct reaches itself through struct fields (lists can be empty, and end). */
export function containsItself(plan: Plan): boolean {
  let answer = known.get(plan);
  if (answer === undefined) {
    answer = reaches(plan, plan, new Set());
    known.set(plan, answer);
  }
  return answer;
}

function reaches(from: Plan, goal: Plan, seen: Set<Plan>): boolean {
  for (const field of from.fields) {
    if (field.type.kind !== "struct") continue;
    const next = field.plan;
    if (next === goal) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    if (reaches(next, goal, seen)) return true;
  }
  return false;
}
