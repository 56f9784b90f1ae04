import { day, posts } from "../posts";

const escape = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

export function GET() {
  const entries = posts.slice(0, 20).map(
    (post) =>
      `<entry><id>https://example.com/posts/${post.id}/</id><title>${escape(post.data.title)}</title><updated>${day(post.data.date)}T00:00:00Z</updated><content type="html">${escape(post.rendered?.html ?? "")}</content></entry>`,
  );
  return new Response(
    `<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>The blog</title>${entries.join("")}</feed>`,
  );
}
