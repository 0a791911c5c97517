import { currentNetwork } from "../../src/runtime/current.ts";
import { socketSuite } from "./socket_suite.ts";

socketSuite(currentNetwork());
