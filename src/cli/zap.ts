#!/usr/bin/env node
/**
 * The `zap` binary.
 *
 * @module
 */

import process from "node:process";
import { main } from "./main.ts";
import { runAsProcess } from "./process_main.ts";

await runAsProcess(main, process.argv.slice(2));
