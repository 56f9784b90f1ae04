import { defineConfig } from "astro/config";

export default defineConfig({
  site: "https://example.com",
  trailingSlash: "always",
  markdown: { syntaxHighlight: process.env.HIGHLIGHT ? "shiki" : false },
});
