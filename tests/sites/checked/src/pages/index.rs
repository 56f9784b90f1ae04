use kiln::prelude::*;

use crate::layout::{has_mistakes, page};

/// Each line has a link, and says whether it leads somewhere.
const RIGHT: &str = r##"<ul>
<li><a href="about/">a page</a></li>
<li><a href="./posts/../about/?q=1#team">with dots, a query and a fragment</a></li>
<li><a href="https://example.com/docs/about/#team">absolute</a></li>
<li><a href="//EXAMPLE.com/docs/about/#caf%C3%A9">of the same scheme</a></li>
<li><a href="/docs/file.txt#anything">a file of public/</a></li>
<li><a href="/docs/help/#start">an HTML file of public/</a></li>
<li><a href="/docs/help/index.html#start">the same by its name</a></li>
<li><a href="/docs/about/index.html#team">the file of a page</a></li>
<li><a href="/docs/data.json">another page</a></li>
<li><a href="/docs/live/1/#unknown">a page on request</a></li>
<li><a href="/docs/sitemap.xml">the sitemap</a></li>
<li><a href="/docs/about/#:~:text=team">a text</a></li>
<li><a href="javascript:history.back()">a script</a> <a href="data:text/plain,a">data</a></li>
<li><img src="/docs/file.txt" srcset="/docs/file.txt 1x, data.json 2x" alt=""></li>
</ul>
"##;

/// Redirected, or possibly on another site.
const WARNED: &str = r##"<ul>
<li><a href="/docs/old/">a redirect</a></li>
<li><a href="/docs/out/x/">a redirect from a pattern</a></li>
<li><a href="/docs/posts/a">without its slash</a></li>
<li><a href="/docs/live/1">without its slash, on request</a></li>
<li><a href="/docs/file.txt/">a file with a slash</a></li>
<li><a href="https://example.com/elsewhere">not below the base</a></li>
</ul>
"##;

const WRONG: &str = r##"<ul>
<li><a href="/about/">without the base</a></li>
<li><a href="/docs/About/">in capitals</a></li>
<li><a href="about">in the wrong folder</a> <a href="../docs/posts/aa/">with a slip</a></li>
<li><a href="/docs/about/#taem">a fragment</a> <a href="/docs/about/index.html#taem">by the file</a></li>
<li><a href="#meun">a fragment of this page</a></li>
<li><a href="/docs/help/#strat">a fragment in public/</a></li>
<li><a href="https://example.com/docs/gone/">absolute</a></li>
<li><a href="/docs//about/">two slashes</a> <a href="/docs/50%">half an escape</a></li>
<li><a href="/docs/404/">an error page</a></li>
<li><img src="gone.png" srcset="gone-1.png 1x, gone-2.png 2x"></li>
<li><video src="gone.mp4" poster="gone.jpg"></video></li>
<li><form action="/docs/send"></form></li>
<li id="twice"></li><li id="twice"></li>
</ul>
"##;

pub fn get() -> Html<String> {
    let wrong = if has_mistakes() { WRONG } else { "" };
    Html(page("Home", &format!("{RIGHT}{WARNED}{wrong}")))
}
