/** What a comparison of two schemas says. */

/** Who is broken by a change. */
export type Broken =
  /** Programs with the old schema that read what new ones write. */
  | "old readers"
  /** Programs with the new schema that read what old ones wrote. */
  | "new readers"
  /** Clients with the old schema that call new servers. */
  | "old clients"
  /** Clients with the new schema that call old servers. */
  | "new clients";

/** One change between two schemas. */
export interface SchemaChange {
  /** What changed: `Note.Title`, `Notes.create`. */
  readonly where: string;
  /** How it changed. */
  readonly what: string;
  /** Whom it breaks; empty for a change that is safe on the wire. */
  readonly breaks: readonly Broken[];
  /** Why, or what else to know. */
  readonly why?: string;
}
