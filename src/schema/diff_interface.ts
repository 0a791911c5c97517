/** Changes of interfaces and their methods. */

import type { Broken, SchemaChange } from "./diff_change.ts";
import type { StructPairs } from "./diff_type.ts";
import type { Interface, Method, Param, Schema } from "./model.ts";
import { lowerFirst } from "./names.ts";

/** Both sides of a call: neither the old nor the new client fits the other's server. */
const BOTH_CLIENTS: readonly Broken[] = ["old clients", "new clients"];

/** All changes of interfaces, in order of the old schema, then the added ones. */
export function diffInterfaces(before: Schema, after: Schema, pairs: StructPairs): SchemaChange[] {
  const changes: SchemaChange[] = [];
  const byName = new Map(after.interfaces.map((found) => [found.name, found]));
  const added = new Set(after.interfaces);
  for (const { name } of before.interfaces) added.delete(byName.get(name)!);
  for (const old of before.interfaces) {
    const found = byName.get(old.name) ??
      [...added].find((other) => diffMethods(old, other, pairs).length === 0);
    if (!found) {
      changes.push({ where: old.name, what: "interface removed", breaks: ["old clients"] });
      continue;
    }
    added.delete(found);
    if (found.name !== old.name) {
      const why = "the name is not on the wire; HTTP paths and generated code change";
      changes.push({
        where: old.name,
        what: `interface renamed to ${found.name}`,
        breaks: [],
        why,
      });
    }
    for (const change of diffMethods(old, found, pairs)) changes.push(change);
  }
  for (const { name } of added) changes.push({ where: name, what: "interface added", breaks: [] });
  return changes;
}

function diffMethods(before: Interface, after: Interface, pairs: StructPairs): SchemaChange[] {
  const changes: SchemaChange[] = [];
  const byName = new Map(after.methods.map((method) => [lowerFirst(method.name), method]));
  const oldNames = new Set(before.methods.map(({ name }) => lowerFirst(name)));
  const kept = new Set<Method>();
  for (const method of before.methods) {
    const where = `${before.name}.${method.name}`;
    const there = after.methods[method.ordinal - 1];
    const renamed = there && !oldNames.has(lowerFirst(there.name)) ? there : undefined;
    const same = byName.get(lowerFirst(method.name)) ?? renamed;
    if (!same) {
      const why = there
        ? `its ordinal ${method.ordinal} now calls ${there.name}`
        : "the server answers 404";
      changes.push({ where, what: "method removed", breaks: ["old clients"], why });
      continue;
    }
    kept.add(same);
    changes.push(...diffMethod(where, method, same, pairs));
  }
  for (const method of after.methods) {
    if (kept.has(method)) continue;
    const where = `${after.name}.${method.name}`;
    const why = "an old server answers 404";
    changes.push({ where, what: `method added, ordinal ${method.ordinal}`, breaks: [], why });
  }
  return changes;
}

function diffMethod(
  where: string,
  before: Method,
  after: Method,
  pairs: StructPairs,
): SchemaChange[] {
  const changes: SchemaChange[] = [];
  if (lowerFirst(before.name) !== lowerFirst(after.name)) {
    const why = "the name is not on the wire; its HTTP path and generated code change";
    changes.push({ where, what: `method renamed to ${after.name}`, breaks: [], why });
  }
  if (before.ordinal !== after.ordinal) {
    const what = `ordinal ${before.ordinal} became ${after.ordinal}`;
    changes.push({ where, what, breaks: BOTH_CLIENTS, why: "append methods at the end" });
  }
  const takes = changeOf("parameter", before.param, after.param, pairs);
  // Who has the parameter sends it; whoever lacks it ignores it.
  if (takes) {
    changes.push({
      where,
      what: takes,
      breaks: broken(before.param, after.param, ["old clients"], ["new clients"]),
    });
  }
  const answers = changeOf("result", before.result, after.result, pairs);
  if (answers) {
    changes.push({
      where,
      what: answers,
      breaks: broken(before.result, after.result, ["new clients"], ["old clients"]),
    });
  }
  return changes;
}

function broken(
  before: Param | undefined,
  after: Param | undefined,
  whenAdded: readonly Broken[],
  whenRemoved: readonly Broken[],
): readonly Broken[] {
  if (!before) return whenAdded;
  return after ? BOTH_CLIENTS : whenRemoved;
}

function changeOf(
  what: string,
  before: Param | undefined,
  after: Param | undefined,
  pairs: StructPairs,
): string | undefined {
  if (before && after) {
    return pairs.same(before.struct, after.struct)
      ? undefined
      : `${what} ${before.struct} became ${after.struct}`;
  }
  if (!before && !after) return undefined;
  return before ? `${what} ${before.struct} removed` : `${what} ${after!.struct} added`;
}
