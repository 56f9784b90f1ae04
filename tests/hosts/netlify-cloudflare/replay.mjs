// What the two replays share: how expectations are read, and how faults are told.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Reads `{"redirects": [{from, to, status}], "headers": [{path, file, headers}]}`.
 *
 * `patterns` may hold redirects that only patterns make, and a page may list in `lost` the headers that the host may not send.
 */
export function expectations(file) {
  const { redirects, patterns = [], headers } = JSON.parse(readFileSync(file, "utf8"));
  return { redirects, patterns, headers };
}

/** Collects faults, and ends the process with status 1 where there are any. */
export class Report {
  #faults = [];
  #counts = new Map();

  count(what) {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  fault(text) {
    this.#faults.push(text);
  }

  /** An expected value, and what came instead. */
  same(what, actual, expected) {
    if (actual !== expected) this.fault(`${what}: ${show(actual)} and not ${show(expected)}`);
    return actual === expected;
  }

  end(host) {
    const counts = [...this.#counts].map(([what, count]) => `${count} ${what}`);
    console.log(`${host}: ${counts.join(", ")}`);
    for (const fault of this.#faults) console.error(`  ${fault}`);
    if (this.#faults.length > 0) process.exitCode = 1;
  }
}

const show = (value) => (value === undefined ? "nothing" : JSON.stringify(value));

/** The path in its other slash form; nothing for the root and for paths that have an extension. */
export function otherForm(path) {
  if (path === "/" || /\.[A-Za-z0-9]+$/.test(path)) return undefined;
  return path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
}

/** A target with the query of a request, which goes before the fragment; one that has a query of its own keeps that. */
export function withQuery(to, query) {
  const [path, ...fragment] = to.split("#");
  return path.includes("?") ? to : [`${path}?${query}`, ...fragment].join("#");
}

/** Whether a site has an HTML file at a path, which redirects where the host does not. */
export function hasHtmlFile(dist, path) {
  const file = decodeURIComponent(path).replace(/^\/|\/$/g, "");
  return existsSync(join(dist, file, "index.html")) || existsSync(join(dist, `${file}.html`));
}

/** A list whose commas are set apart by one space each says the same. */
export function normal(value) {
  return value.split(/\s*,\s*/).join(", ");
}
