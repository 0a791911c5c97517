/**
 * Whether this is JavaScriptCore, whose errors alone have a `sourceURL`: there a call into the runtime
 * and a small array cost less than on V8. A matter of speed only; texts and bytes are the same.
 */
export const JAVASCRIPT_CORE: boolean = Object.hasOwn(new Error(), "sourceURL");
