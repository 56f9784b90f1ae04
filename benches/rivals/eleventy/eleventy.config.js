import highlight from "@11ty/eleventy-plugin-syntaxhighlight";

export default function (config) {
  if (process.env.HIGHLIGHT) config.addPlugin(highlight);
  config.setQuietMode(true);
  // git ignores the posts.
  config.setUseGitIgnore(false);
  config.addFilter("day", (date) => date.toISOString().slice(0, 10));
  return { markdownTemplateEngine: false };
}
