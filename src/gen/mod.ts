/**
 * Generators: a schema's TypeScript and OpenAPI.
 *
 * @module
 */

export {
  type GeneratedFile,
  type OpenApiDocument,
  openApiDocument,
  openApiFiles,
} from "./openapi.ts";
export { typescriptFile, type TypescriptOptions } from "./typescript.ts";
