/** The version of Swagger UI that is in this folder. Written by scripts/build_docs_page.ts. */
export const SWAGGER_UI_VERSION: string = "5.35.0";
