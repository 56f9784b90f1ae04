// Replays redirects and headers through Netlify's own code.
//
//     node netlify.mjs DIST EXPECTED
//
// The two parsers are those of its builds; netlify-redirector is the engine that answers, compiled to WebAssembly.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllHeaders } from "@netlify/headers-parser";
import { parseAllRedirects } from "@netlify/redirect-parser";
import redirector from "netlify-redirector";
import { expectations, hasHtmlFile, normal, otherForm, Report } from "./replay.mjs";

const [dist, expected] = process.argv.slice(2);
const { redirects, patterns, headers } = expectations(expected);
const report = new Report();
await checkRedirects();
await checkHeaders();
report.end("netlify");

async function checkRedirects() {
  const file = join(dist, "_redirects");
  const { redirects: rules, errors } = await parseAllRedirects({ redirectsFiles: [file], minimal: false });
  for (const error of errors) report.fault(error.message);
  const engine = await redirector.parsePlain(existsSync(file) ? readFileSync(file, "utf8") : "", {});
  const ask = (path) => engine.match({ scheme: "https", host: "site.example", path, query: "", getHeader: () => "", getCookie: () => "" });
  for (const { from, to, status } of redirects) {
    for (const path of [from, otherForm(from)]) {
      if (!path) continue;
      const answer = ask(path);
      if (!answer || (!answer.force && hasHtmlFile(dist, path))) {
        // Netlify serves the file, and the file redirects.
        if (!hasHtmlFile(dist, path)) report.fault(`${path}: no redirect`);
        report.count("redirects by HTML files");
        continue;
      }
      report.count("redirects by status");
      report.same(`${path}: target`, answer.to, to);
      report.same(`${path}: status`, answer.status, [301, 308].includes(status) ? 301 : 302);
      // The parser of builds has to see the same rule as the engine.
      const rule = rules.find((rule) => rule.from === answer.from);
      report.same(`${path}: target as parsed`, rule?.to, to);
      report.same(`${path}: status as parsed`, rule?.status, answer.status);
    }
  }
  for (const { from, to, status } of patterns) {
    const answer = ask(from);
    report.count("redirects by patterns");
    report.same(`${from}: target`, answer?.to, to);
    report.same(`${from}: status`, answer?.status, [301, 308].includes(status) ? 301 : 302);
  }
  for (const { path } of headers) {
    const answer = ask(path);
    if (answer?.force) report.fault(`${path}: a page that nobody sees, for the redirect to ${answer.to}`);
  }
}

async function checkHeaders() {
  const { headers: rules, errors } = await parseAllHeaders({ headersFiles: [join(dist, "_headers")], minimal: false });
  for (const error of errors) report.fault(error.message);
  for (const { path, headers: wanted, lost = [] } of headers) {
    const found = new Map();
    for (const { for: pattern, forRegExp, values } of rules) {
      if (!forRegExp.test(path)) continue;
      for (const [name, value] of Object.entries(values)) {
        if (found.has(name)) report.fault(`${path}: ${name} is set by two rules, the second of which is ${pattern}`);
        found.set(name, value);
      }
    }
    for (const [name, value] of Object.entries(wanted)) {
      report.count("headers");
      report.same(`${path}: ${name}`, found.get(name), normal(value));
      found.delete(name);
    }
    for (const [name, value] of found) {
      if (!lost.includes(name)) report.fault(`${path}: ${name} is ${value}, and should not be there`);
    }
  }
}
