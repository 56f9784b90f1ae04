// Replays redirects and headers through Cloudflare's own code: static assets of Workers, in its own runtime.
//
//     node cloudflare.mjs DIST EXPECTED [netlify]
//
// With `netlify`, the files are those for both hosts, and redirects have the nearest status that Netlify knows.

import { Log, LogLevel, Miniflare } from "miniflare";
import { expectations, hasHtmlFile, otherForm, Report, withQuery } from "./replay.mjs";

const ORIGIN = "https://site.example";
// What it gives a file by itself.
const OWN = { "cache-control": "public, max-age=0, must-revalidate" };
const [dist, expected, netlifyToo] = process.argv.slice(2);
const { redirects, patterns, headers } = expectations(expected);
const report = new Report();

/** What the parsers of the two files do not like, they say here. */
class Warnings extends Log {
  constructor() {
    super(LogLevel.WARN);
  }

  logWithLevel(level, message) {
    if (level <= LogLevel.WARN) report.fault(message);
  }
}

const server = new Miniflare({
  modules: true,
  script: "export default { fetch: (request, env) => env.ASSETS.fetch(request) }",
  compatibilityDate: "2026-01-01",
  log: new Warnings(),
  // It would ask the network where it is.
  cf: false,
  assets: {
    directory: dist,
    binding: "ASSETS",
    routerConfig: { has_user_worker: false },
    assetConfig: { html_handling: "auto-trailing-slash", not_found_handling: "404-page" },
  },
});
try {
  await checkRedirects();
  await checkHeaders();
} finally {
  await server.dispose();
}
report.end("cloudflare");

function get(path) {
  return server.dispatchFetch(`${ORIGIN}${path}`, { redirect: "manual" });
}

/** Follows the redirects to the one form of a path that answers. */
async function follow(path) {
  for (let hop = 0; hop < 4; hop++) {
    const response = await get(path);
    if (response.status !== 307) return response;
    await response.arrayBuffer();
    path = response.headers.get("location");
  }
  return undefined;
}

async function checkRedirects() {
  for (const { from, to, status } of redirects) {
    for (const path of [from, otherForm(from)]) {
      if (!path) continue;
      const response = await get(path);
      await response.arrayBuffer();
      const location = response.headers.get("location");
      // 307 is also how it leads to the one form of a path that it answers.
      const isOfFile = response.status === 200 || (response.status === 307 && location !== to);
      if (isOfFile && hasHtmlFile(dist, path)) {
        report.count("redirects by HTML files");
        continue;
      }
      report.count("redirects by status");
      report.same(`${path}: target`, location && absolute(location), absolute(to));
      report.same(`${path}: status`, response.status, known(status));
      const queried = await get(`${path}?utm=1`);
      await queried.arrayBuffer();
      report.count("redirects that keep a query");
      const target = queried.headers.get("location");
      report.same(`${path}?utm=1: target`, target && absolute(target), absolute(withQuery(to, "utm=1")));
    }
  }
  for (const { from, to, status } of patterns) {
    const response = await get(from);
    await response.arrayBuffer();
    report.count("redirects by patterns");
    report.same(`${from}: target`, response.headers.get("location"), to);
    report.same(`${from}: status`, response.status, known(status));
  }
}

function known(status) {
  if (netlifyToo !== "netlify") return status;
  return [301, 308].includes(status) ? 301 : 302;
}

function absolute(url) {
  return new URL(url, ORIGIN).href;
}

async function checkHeaders() {
  // Whatever no page should have is Cloudflare's own.
  const names = new Set(headers.flatMap(({ headers }) => Object.keys(headers)));
  for (const { path, headers: wanted, lost = [] } of headers) {
    const response = await follow(path);
    if (!report.same(`${path}: status`, response?.status, 200)) continue;
    await response.arrayBuffer();
    for (const [name, value] of Object.entries(wanted)) {
      report.count("headers");
      report.same(`${path}: ${name}`, response.headers.get(name) ?? undefined, value);
    }
    for (const name of names) {
      const value = response.headers.get(name);
      const isOwn = name === "content-type" || value === OWN[name];
      if (value !== null && !(name in wanted) && !lost.includes(name) && !isOwn) {
        report.fault(`${path}: ${name} is ${value}, and should not be there`);
      }
    }
  }
}
