/** What the four kinds of events have of a request; only what is read. */
export interface AwsEvent {
  /** v2 and Function URLs: the path. */
  readonly rawPath?: string;
  /** v2 and Function URLs: the query, encoded. */
  readonly rawQueryString?: string;
  /** v2 and Function URLs: the request's cookies. */
  readonly cookies?: readonly string[];
  /** v1 and ALB: the path. */
  readonly path?: string;
  /** v1 and ALB: the method. */
  readonly httpMethod?: string;
  /** Header fields; v2 joins several of a name with commas. */
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  /** v1, and ALB where it is switched on. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null;
  /** v1 (decoded) and ALB (encoded). */
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
  /** v1 (decoded), and ALB (encoded) where it is switched on. */
  readonly multiValueQueryStringParameters?:
    | Readonly<Record<string, readonly string[] | undefined>>
    | null;
  /** The request's body; text, or base64 where `isBase64Encoded` says so. */
  readonly body?: string | null;
  /** Whether the body is base64. */
  readonly isBase64Encoded?: boolean;
  /** What the gateway knows. */
  readonly requestContext?: {
    readonly domainName?: string;
    readonly stage?: string;
    readonly elb?: unknown;
    readonly http?: { readonly method?: string };
  };
}

/** What Lambda is answered. */
export interface AwsResult {
  /** The status. */
  readonly statusCode: number;
  /** ALB: status and reason. */
  readonly statusDescription?: string;
  /** Header fields, one value each. */
  readonly headers?: Record<string, string>;
  /** Header fields, for v1 and ALB. */
  readonly multiValueHeaders?: Record<string, string[]>;
  /** v2: `set-cookie` values. */
  readonly cookies?: string[];
  /** The body, as text or base64. */
  readonly body: string;
  /** Whether the body is base64. */
  readonly isBase64Encoded: boolean;
}
