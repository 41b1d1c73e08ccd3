import { configShape, type Shape } from './shape.ts';

/** JSON schema (draft 7, what VS Code knows) of a shape. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The schema of a configuration file; `media/broker-config.schema.json` is made from it. */
export function configSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'MQTT Workbench broker',
    ...schemaOf(configShape),
  };
}

export function schemaOf(shape: Shape): JsonSchema {
  switch (shape.kind) {
    case 'object':
      return {
        type: 'object',
        description: shape.description,
        additionalProperties: false,
        ...(shape.required && { required: shape.required }),
        properties: Object.fromEntries(
          Object.entries(shape.fields).map(([key, field]) => [key, schemaOf(field)]),
        ),
      };
    case 'list':
      return {
        type: 'array',
        description: shape.description,
        maxItems: shape.most,
        items: schemaOf(shape.item),
      };
    default: {
      const { description, unit, usual } = shape;
      const text = unit === undefined ? description : `${description} (${unit})`;
      return {
        ...typeOf(shape),
        ...(usual !== undefined && { default: usual }),
        description: text,
      };
    }
  }
}

function typeOf(shape: Exclude<Shape, { kind: 'object' | 'list' }>): JsonSchema {
  switch (shape.kind) {
    case 'number':
      return { type: 'integer', minimum: shape.least, maximum: shape.most };
    case 'choice':
      return { enum: shape.choices };
    case 'switch':
      return { type: 'boolean' };
    case 'text':
      return { type: 'string', maxLength: shape.longest };
  }
}
