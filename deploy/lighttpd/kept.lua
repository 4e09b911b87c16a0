-- Sends kept pages as files, without starting a program: see "Kept pages" in
-- deploy/README.md. lighttpd (1.4.60 or later) runs it where mayfly.conf says so;
-- on Debian it needs the package lighttpd-modules-lua. Edit the two lines below
-- as in mayfly.conf.
local mayfly_path = "/"
local mayfly_data = "/var/lib/mayfly"

-- "return 0" has lighttpd go on as if there were no kept pages: a program answers.
local request = lighty.r.req_attr
local asks = lighty.r.req_header
local method = request["request.method"]
if method ~= "GET" and method ~= "HEAD" then return 0 end

-- Only addresses that have one spelling are kept, and none with a query.
local asked = request["request.orig-uri"]
if asked:sub(1, #mayfly_path) ~= mayfly_path then return 0 end
local below = asked:sub(#mayfly_path + 1)
if below ~= "" and not below:find("^[%w_~+-][%w_.~+/-]*/$") then return 0 end
if below:find("//", 1, true) or below:find("/.", 1, true) then return 0 end

-- Whoever is signed in sees at once what they publish, and keeps no copy.
local cookies = asks["Cookie"]
if cookies and cookies:find("mayfly-session-", 1, true) then return 0 end

-- The folder of what is published. A path with the link itself in it would not do:
-- lighttpd goes on sending for the rest of a second what it found by a path before.
local now = io.open(mayfly_data .. "/kept/now/.name")
if not now then return 0 end
local name = now:read("*l")
now:close()
if not name or not name:find("^%d+%.%d+%-%x+%-[%w.]+$") then return 0 end

local short = false
for coding in (asks["Accept-Encoding"] or ""):gmatch("[^,]+") do
    local quality = coding:match("^%s*gzip%s*;%s*q=([%d.]+)%s*$")
    if coding:find("^%s*gzip%s*$") or (tonumber(quality) or 0) > 0 then short = true end
end
local file = mayfly_data .. "/kept/" .. name .. "/" .. below .. "index.html" .. (short and ".gz" or "")
local found = lighty.c.stat(file)
if not found or not found["is_file"] then return 0 end

-- The headers that programs send. A folder's name stands for one state of the blog.
local tag = '"' .. name .. (short and "-gzip" or "") .. '"'
local modified = os.date("!%a, %d %b %Y %H:%M:%S GMT", found["st_mtime"])
local answer = lighty.r.resp_header
answer["Content-Type"] = "text/html; charset=utf-8"
answer["ETag"] = tag
answer["Last-Modified"] = modified
answer["Vary"] = "Accept-Encoding"
answer["Cache-Control"] = "max-age=0, s-maxage=10, stale-while-revalidate=20"
answer["X-Content-Type-Options"] = "nosniff"
answer["Referrer-Policy"] = "strict-origin-when-cross-origin"
answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src * data:; media-src *; frame-src https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

-- Posts and static pages have twins; lists have not.
local list = below == "" or below:find("^%d%d%d%d/[^/]*/?[^/]*/?$")
    or below:find("^tags/") or below:find("^entries/") or below:find("^links/")
    or below:find("^quotes/") or below:find("^notes/")
if not list then
    local page = asked:sub(1, -2)
    answer["Link"] = '<' .. page .. '.md>; rel="alternate"; type="text/markdown", <'
        .. page .. '.json>; rel="alternate"; type="application/json"'
end

-- RFC 9110, section 13.2.2: a tag that is named counts alone.
local known = asks["If-None-Match"]
if known then
    if known:find(tag, 1, true) then return 304 end
elseif asks["If-Modified-Since"] == modified then
    return 304
end
if short then answer["Content-Encoding"] = "gzip" end
lighty.r.resp_body:set({ { filename = file } })
return 200
