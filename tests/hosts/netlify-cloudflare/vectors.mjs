// What kiln relies on of the two parsers, case by case, from tests/vectors.
//
//     node vectors.mjs

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllHeaders } from "@netlify/headers-parser";
import { parseAllRedirects } from "@netlify/redirect-parser";
import { Log, LogLevel, Miniflare } from "miniflare";
import { Report } from "./replay.mjs";

const scratch = mkdtempSync(join(tmpdir(), "kiln-vectors-"));
const report = new Report();
try {
  await netlifyRedirects();
  await netlifyHeaders();
  await cloudflareRedirects();
} finally {
  rmSync(scratch, { recursive: true });
}
report.end("vectors");

function cases(group) {
  const all = JSON.parse(readFileSync(new URL(`../../vectors/${group}.json`, import.meta.url), "utf8"));
  if (all.length === 0) throw new Error(`${group}.json has no cases`);
  return all;
}

function write(name, text) {
  const file = join(scratch, name);
  writeFileSync(file, `${text}\n`);
  return file;
}

async function netlifyRedirects() {
  for (const { line, rule, error } of cases("netlify_redirects")) {
    const file = write("_redirects", line);
    const { redirects, errors } = await parseAllRedirects({ redirectsFiles: [file], minimal: true });
    report.count("of netlify_redirects");
    if (error) {
      const isRefused = errors.some(({ message }) => message.includes(error));
      report.same(line, isRefused, true);
    } else {
      report.same(line, JSON.stringify(sorted(redirects[0])), JSON.stringify(sorted(rule)));
    }
  }
}

function sorted(object) {
  return Object.fromEntries(Object.entries(object ?? {}).sort());
}

async function netlifyHeaders() {
  for (const { for: pattern, path, matches } of cases("netlify_headers")) {
    const file = write("_headers", `${pattern}\n  x-a: b`);
    const { headers } = await parseAllHeaders({ headersFiles: [file], minimal: false });
    report.count("of netlify_headers");
    report.same(`${pattern} ${path}`, headers[0].forRegExp.test(path), matches);
  }
}

/** A parser of Cloudflare says by the log what it leaves out, and by its answers what it takes. */
async function cloudflareRedirects() {
  write("index.html", "index");
  for (const { line, result } of cases("cloudflare_redirects")) {
    write("_redirects", line.replaceAll("\\n", "\n"));
    const warnings = [];
    const server = new Miniflare({
      modules: true,
      script: "export default { fetch: (request, env) => env.ASSETS.fetch(request) }",
      compatibilityDate: "2026-01-01",
      cf: false,
      log: Object.assign(new Log(LogLevel.WARN), {
        logWithLevel: (level, message) => level <= LogLevel.WARN && warnings.push(message),
      }),
      assets: { directory: scratch, binding: "ASSETS", routerConfig: { has_user_worker: false }, assetConfig: {} },
    });
    try {
      report.count("of cloudflare_redirects");
      const response = await server.dispatchFetch("https://site.example/a", { redirect: "manual" });
      const warned = warnings.join("\n");
      check(line, result, response, warned);
      await response.arrayBuffer();
      if (result === "dynamic rule") {
        const dynamic = await server.dispatchFetch("https://site.example/a/1", { redirect: "manual" });
        report.same(`${line}: target`, dynamic.headers.get("location"), "/b/1");
        await dynamic.arrayBuffer();
      }
    } finally {
      await server.dispose();
    }
  }
}

function check(line, result, response, warned) {
  const refusal = /^(?:rejected|second ignored)(?:: (.*?))?(?: — .*)?$/.exec(result)?.[1];
  if (result.startsWith("rejected") || result.startsWith("second ignored")) {
    report.same(`${line}: is refused`, warned !== "", true);
    if (refusal) report.same(`${line}: says ${JSON.stringify(refusal)}`, warned.includes(refusal), true);
  } else {
    report.same(`${line}: warnings`, warned, "");
  }
  if (result.startsWith("302") || result.startsWith("second") || result.startsWith("inline")) {
    report.same(`${line}: status`, response.status, 302);
    report.same(`${line}: target`, response.headers.get("location"), "/b");
  }
}
