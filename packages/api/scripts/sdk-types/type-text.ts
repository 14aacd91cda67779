import { z } from 'zod';
import { nameOf } from '../../src/type-names.ts';
import { docComment, fieldFacts } from './doc-comment.ts';
import type { Side } from './doc-comment.ts';

/** The parts of zod's definitions that are read here. */
interface Definition {
  type: string;
  shape?: Record<string, z.ZodType>;
  catchall?: z.ZodType;
  element?: z.ZodType;
  innerType?: z.ZodType;
  in?: z.ZodType;
  out?: z.ZodType;
  options?: z.ZodType[];
  entries?: Record<string, string>;
  values?: unknown[];
}

const plain: Record<string, string> = {
  string: 'string',
  number: 'number',
  int: 'number',
  boolean: 'boolean',
  date: 'Date',
  null: 'null',
  unknown: 'unknown',
};

/** Writes schemas as TypeScript, and collects the interfaces that they name. */
export class TypeText {
  /** The text of each interface and type by its name, in the order of their first use. */
  readonly interfaces = new Map<string, string>();

  /** The type of a schema, in one expression. @throws Error for a kind of schema that is new here */
  of(schema: z.ZodType, side: Side): string {
    const name = nameOf(schema);
    if (name === undefined) {
      return this.#written(schema, side);
    }
    this.declare(name, schema, side);
    return name;
  }

  /** Declares an interface for an object, or a type for anything else; declaring it again does nothing. */
  declare(name: string, schema: z.ZodType, side: Side): void {
    if (this.interfaces.has(name)) {
      return;
    }
    this.interfaces.set(name, '');
    const { description } = schema.meta() ?? {};
    const comment = docComment(description === undefined ? [] : [description]);
    const definition = definitionOf(schema);
    const text =
      definition.type === 'object'
        ? `export interface ${name} ${this.body(definition, side)}`
        : `export type ${name} = ${this.#written(schema, side)};`;
    this.interfaces.set(name, `${comment}${text}`);
  }

  /** The fields of an object, in braces. */
  body({ shape = {}, catchall }: Definition, side: Side): string {
    const isOpen = catchall !== undefined && definitionOf(catchall).type === 'unknown';
    const fields = [
      ...Object.entries(shape).map(([key, field]) => this.#field(key, field, side)),
      ...(isOpen ? ['[key: string]: unknown;\n'] : []),
    ];
    return fields.length === 0 ? 'Record<string, never>' : `{\n${indent(fields.join(''))}}`;
  }

  #field(key: string, field: z.ZodType, side: Side): string {
    const isOptional = isOptionalOn(field, side);
    const type = this.of(field, side);
    const isWide = isOptional && !/(^|\| )undefined$/.test(type);
    const written = isWide ? `${type} | undefined` : type;
    return `${docComment(fieldFacts(field, side))}${key}${isOptional ? '?' : ''}: ${written};\n`;
  }

  #written(schema: z.ZodType, side: Side): string {
    const definition = definitionOf(schema);
    const inner = (part: z.ZodType | undefined) => this.of(part ?? z.unknown(), side);
    switch (definition.type) {
      case 'object':
        return this.body(definition, side);
      case 'array':
        return arrayOf(inner(definition.element));
      case 'nullable':
        return union([inner(definition.innerType), 'null']);
      case 'optional':
        return union([inner(definition.innerType), 'undefined']);
      case 'default':
        return inner(definition.innerType);
      case 'pipe':
        return inner(side === 'input' ? definition.in : definition.out);
      case 'union':
        return union((definition.options ?? []).map(inner));
      case 'enum':
        return union(Object.values(definition.entries ?? {}).map(literal));
      case 'literal':
        return union((definition.values ?? []).map(literal));
      default:
        return plainType(definition.type);
    }
  }
}

/** Whether the key of this field may be left out. */
export function isOptionalOn(field: z.ZodType, side: Side): boolean {
  const { optin, optout } = field._zod;
  return side === 'input' ? optin !== undefined : optout === 'optional';
}

export function definitionOf(schema: z.ZodType): Definition {
  return schema._zod.def;
}

function plainType(kind: string): string {
  const type = plain[kind];
  if (type === undefined) {
    throw new Error(`No TypeScript is known for a schema of the kind ${kind}.`);
  }
  return type;
}

function arrayOf(element: string): string {
  return /^[\w.]+$/.test(element) || element.startsWith('{') ? `${element}[]` : `(${element})[]`;
}

function union(members: string[]): string {
  return [...new Set(members.flatMap((member) => member.split(/ \| (?![^{]*\})/)))].join(' | ');
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

/** Two spaces in front of every line that is not empty. */
export function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
