/**
 * Finds the names of properties that the bundle may shorten, by asking TypeScript to whom each
 * property in the sources belongs.
 *
 * A name is ours if a class or an object literal in `src/` defines it. It is foreign if the sources
 * use any property of that name that belongs to the platform, to a frame of the wire protocol, or
 * to a value without a declared type, which could end up anywhere. A name that is ours and never
 * foreign is shortened. There is no list to keep and no naming rule to follow; the one thing that
 * types don't show, a method that the platform calls by its name, is an error.
 *
 * TypeScript calls this API unstable: `package.json` pins the version.
 */
import { SyntaxKind } from "typescript/unstable/ast";
import { API } from "typescript/unstable/sync";

/** The platform calls these by name on objects that it is given, so a listener is a function. */
const CALLED_BY_NAME = /^(handleEvent|acceptNode|toJSON|toString|valueOf|then|\w+Callback)$/;

const MEMBERS = new Set([
  SyntaxKind.PropertyDeclaration,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.GetAccessor,
  SyntaxKind.SetAccessor,
]);
/** A property that is declared by its literal only has no declared type. */
const UNDECLARED = new Set([SyntaxKind.PropertyAssignment, SyntaxKind.ShorthandPropertyAssignment]);

/** The names in the project at `root`, an absolute path, in alphabetical order. */
export function shortenableNames(root) {
  const api = new API({ cwd: root });
  try {
    const [project] = api.updateSnapshot({ openProject: "tsconfig.json" }).getProjects();
    return new Names(project, `${root.replace(/\/$/, "")}/src/`).collect();
  } finally {
    api.close();
  }
}

class Names {
  ours = new Set();
  foreign = new Set();

  constructor({ program, checker }, sources) {
    this.program = program;
    this.checker = checker;
    this.sources = lower(sources);
    this.protocol = `${this.sources}protocol.ts`;
  }

  collect() {
    for (const name of this.program.getSourceFileNames()) {
      if (lower(name).startsWith(this.sources)) this.visit(this.program.getSourceFile(name));
    }
    return [...this.ours].filter((name) => !this.foreign.has(name)).sort();
  }

  visit(node) {
    const { checker } = this;
    const { kind } = node;
    if (kind === SyntaxKind.PropertyAccessExpression) {
      this.add(node.name.text, checker.getSymbolAtLocation(node.name), isAssigned(node));
    } else if (kind === SyntaxKind.ElementAccessExpression) {
      if (node.argumentExpression.kind === SyntaxKind.StringLiteral) this.foreign.add(node.argumentExpression.text);
    } else if (kind === SyntaxKind.ObjectLiteralExpression) {
      const type = checker.getContextualType(node);
      for (const { name } of node.properties) if (name) this.addOf(type, name.text, true);
    } else if (kind === SyntaxKind.ObjectBindingPattern) {
      const type = checker.getTypeAtLocation(node);
      for (const { name, propertyName } of node.elements) this.addOf(type, (propertyName ?? name).text, false);
    } else if (MEMBERS.has(kind) || (kind === SyntaxKind.Parameter && node.modifiers?.length)) {
      const { text } = node.name;
      if (CALLED_BY_NAME.test(text)) throw new Error(`${text} in ${node.getSourceFile().fileName}: the platform calls this by name; pass it a function instead`);
      this.add(text, checker.getSymbolAtLocation(node.name), true);
    }
    node.forEachChild((child) => this.visit(child));
  }

  /** A property of a type, which may be missing. */
  addOf(type, name, defines) {
    const declared = type && this.checker.getNonNullableType(type);
    this.add(name, declared && this.checker.getPropertyOfType(declared, name), defines);
  }

  add(name, symbol, defines) {
    const declarations = symbol?.declarations ?? [];
    const isOurs = declarations.length && declarations.every((declaration) => this.isOurs(declaration));
    if (!isOurs) this.foreign.add(name);
    else if (defines) this.ours.add(name);
  }

  isOurs({ path, kind }) {
    const file = lower(path);
    return file.startsWith(this.sources) && file !== this.protocol && !UNDECLARED.has(kind);
  }
}

/** Where the file system ignores case, TypeScript's paths are in lower case. */
function lower(path) {
  return path.toLowerCase();
}

function isAssigned(node) {
  const { kind, left, operatorToken } = node.parent;
  return kind === SyntaxKind.BinaryExpression && left === node && operatorToken.kind === SyntaxKind.EqualsToken;
}
