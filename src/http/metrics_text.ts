/** Prometheus text, version 0.0.4. @module */

import type { Histogram } from "./metrics_histogram.ts";

/** Labels of one series; values may be any text. */
export type Labels = Readonly<Record<string, string>>;

/** Writes families of series, one after another. */
export class MetricsText {
  #text = "";

  /** All that was written. */
  toString(): string {
    return this.#text;
  }

  /** Begins a family. */
  family(name: string, type: "counter" | "gauge" | "histogram", help: string): void {
    this.#text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
  }

  /** One value of the family. */
  value(name: string, value: number, labels: Labels = {}): void {
    this.#text += `${name}${formatLabels(labels)} ${value}\n`;
  }

  /** A family of one value. */
  single(name: string, type: "counter" | "gauge", help: string, value: number): void {
    this.family(name, type, help);
    this.value(name, value);
  }

  /** A family of counters that differ in one label. */
  counters(
    name: string,
    help: string,
    label: string,
    counts: Readonly<Record<string, number>>,
  ): void {
    this.family(name, "counter", help);
    for (const key of Object.keys(counts)) this.value(name, counts[key]!, { [label]: key });
  }

  /** One series of a histogram's family. */
  histogram(name: string, histogram: Histogram, labels: Labels = {}): void {
    let count = 0;
    for (let i = 0; i < histogram.bounds.length; i++) {
      count += histogram.counts[i]!;
      this.value(`${name}_bucket`, count, { ...labels, le: String(histogram.bounds[i]) });
    }
    count += histogram.counts[histogram.bounds.length]!;
    this.value(`${name}_bucket`, count, { ...labels, le: "+Inf" });
    this.value(`${name}_sum`, histogram.sum, labels);
    this.value(`${name}_count`, count, labels);
  }
}

function formatLabels(labels: Labels): string {
  const parts = Object.keys(labels).map((name) => `${name}="${escapeLabel(labels[name]!)}"`);
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}

function escapeLabel(value: string): string {
  return value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
