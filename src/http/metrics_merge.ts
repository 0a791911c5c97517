/**
 * One text out of the metrics of several processes: values of the same name and labels are added.
 * It reads what `metrics_text.ts` writes, not any Prometheus text.
 *
 * @module
 */

/** A text, and whether its gauges count: those of a process that has ended do not. */
export interface MetricsPart {
  /** Prometheus text. */
  readonly text: string;
  /** Default `true`. */
  readonly gauges?: boolean;
}

interface Family {
  /** The HELP and TYPE lines. */
  head: string;
  readonly values: Map<string, number>;
}

/** The sum of the parts; families and series stand in the order in which they are first seen. */
export function mergeMetrics(parts: readonly MetricsPart[]): string {
  const families = new Map<string, Family>();
  for (const { text, gauges = true } of parts) {
    let help = "";
    let family: Family | undefined;
    for (const line of text.split("\n")) {
      if (line.startsWith("# HELP ")) help = line + "\n";
      else if (line.startsWith("# TYPE ")) {
        const [, , name = "", type] = line.split(" ");
        family = type === "gauge" && !gauges ? undefined : families.get(name);
        if (family || (type === "gauge" && !gauges)) continue;
        family = { head: `${help}${line}\n`, values: new Map() };
        families.set(name, family);
      } else if (line !== "" && family) {
        const space = line.lastIndexOf(" ");
        const series = line.slice(0, space);
        const sum = (family.values.get(series) ?? 0) + Number(line.slice(space + 1));
        family.values.set(series, sum);
      }
    }
  }
  let merged = "";
  for (const { head, values } of families.values()) {
    merged += head;
    for (const [series, value] of values) merged += `${series} ${value}\n`;
  }
  return merged;
}
