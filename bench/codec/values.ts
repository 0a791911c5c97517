/** The three values that every codec encodes. Ids are below 2^53, so that peers may use numbers. */

export interface Small {
  id: bigint;
  count: number;
  active: boolean;
  score: number;
  name: string;
}
export interface Medium {
  id: bigint;
  created: bigint;
  count: number;
  level: number;
  kind: number;
  active: boolean;
  score: number;
  owner: Uint8Array;
  title: string;
  city: string;
  country: string;
  email: string;
  phone: string;
  company: string;
  tags: string[];
  author: { name: string; age: number };
  body: Uint8Array;
}
export interface Large {
  version: number;
  items: { id: bigint; count: number; name: string; data: Uint8Array }[];
}

const fill = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 0xff);

export const small: Small = {
  id: 7234567890123456n,
  count: 4021,
  active: true,
  score: 0.8125,
  name: "Ada of Lovelace",
};

export const medium: Medium = {
  id: 7234567890123457n,
  created: 1732100000000n,
  count: 99,
  level: 512,
  kind: 3,
  active: true,
  score: 17.25,
  owner: fill(32, 1),
  title: "Notes on the Analytical Engine",
  city: "London",
  country: "United Kingdom",
  email: "ada@lovelace.example",
  phone: "+44 20 7946 0018",
  company: "Zürich & Söhne",
  tags: ["mathematics", "engines", "poetry"],
  author: { name: "Ada Lovelace", age: 36 },
  body: fill(138, 2),
};

export const large: Large = {
  version: 3,
  items: Array.from({ length: 100 }, (_, i) => ({
    id: 7234567890123000n + BigInt(i),
    count: i * 7,
    name: `item number ${String(i).padStart(3, "0")}`,
    data: fill(592 + (i % 25 === 0 ? 1 : 0), i),
  })),
};
