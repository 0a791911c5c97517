#!/usr/bin/env node
/**
 * The `zapgen` binary.
 *
 * @module
 */

import process from "node:process";
import { runZapgen } from "./gen.ts";
import { runAsProcess } from "./process_main.ts";

await runAsProcess(runZapgen, process.argv.slice(2));
