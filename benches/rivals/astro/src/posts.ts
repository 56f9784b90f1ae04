import { getCollection } from "astro:content";

/** The newest first. */
export const posts = (await getCollection("posts")).sort((a, b) => +b.data.date - +a.data.date);

export const day = (date: Date) => date.toISOString().slice(0, 10);
