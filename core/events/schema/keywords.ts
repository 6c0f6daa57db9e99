/**
 * The part of JSON Schema 2020-12 that a type of event may use. What is not here is refused when a schema is defined,
 * so that nothing stands in it that is not checked.
 */
export type JsonSchema =
  | boolean
  | {
      $ref?: string;
      $defs?: Record<string, JsonSchema>;
      type?: TypeName | TypeName[];
      enum?: unknown[];
      const?: unknown;
      properties?: Record<string, JsonSchema>;
      required?: string[];
      additionalProperties?: JsonSchema;
      propertyNames?: JsonSchema;
      minProperties?: number;
      maxProperties?: number;
      prefixItems?: JsonSchema[];
      items?: JsonSchema;
      minItems?: number;
      maxItems?: number;
      uniqueItems?: boolean;
      minLength?: number;
      maxLength?: number;
      pattern?: string;
      format?: string;
      minimum?: number;
      maximum?: number;
      exclusiveMinimum?: number;
      exclusiveMaximum?: number;
      multipleOf?: number;
      allOf?: JsonSchema[];
      anyOf?: JsonSchema[];
      oneOf?: JsonSchema[];
      not?: JsonSchema;
    };

export const typeNames = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'] as const;
export type TypeName = (typeof typeNames)[number];

/** One thing that is wrong: where (`.contact.email`, '' for the whole), and what. */
export interface Issue {
  path: string;
  message: string;
}

/** The definition that a `$ref` names; only those of the schema itself can be named. */
export const definitionRef = /^#\/\$defs\/([A-Za-z0-9_.-]{1,100})$/;

export const schemaDialect = 'https://json-schema.org/draft/2020-12/schema';
