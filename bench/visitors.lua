-- A wrk script: each connection is a visitor who uses the site as people do, or only draws if $ONLY_DRAWS is set.
-- Reads the file $DRAWINGS, two lines per drawing: all strokes, and the first half of them. Reads $COOKIES, two lines per
-- visitor: the contributor cookie and the CSRF cookie. Writes one line per response to $ANSWERS-number: kind, status,
-- milliseconds, and the time in seconds.

local ffi = require("ffi")
ffi.cdef [[ typedef struct { long seconds; long nanoseconds; } moment; int clock_gettime(int clock, moment *now); ]]
local moment = ffi.new("moment")

local function now()
    ffi.C.clock_gettime(1, moment)
    return tonumber(moment.seconds) + tonumber(moment.nanoseconds) / 1e9
end

-- One visitor is one thread, with a separate Lua state.
local visitors = 0
function setup(thread)
    visitors = visitors + 1
    thread:set("number", visitors)
end

local drawings, contributor, csrftoken = {}, nil, nil
local answers, asked, started, visit = nil, nil, 0, nil

local function ask(kind, method, path, body, headers)
    headers = headers or {}
    headers["Cookie"] = "contributor=" .. contributor .. "; csrftoken=" .. csrftoken
    headers["X-CSRFToken"] = csrftoken
    if body and not headers["Content-Type"] then
        headers["Content-Type"] = "application/json"
    end
    return coroutine.yield({ kind = kind, bytes = wrk.format(method, path, headers, body) })
end

local function get(kind, path)
    return ask(kind, "GET", path)
end

local function some_drawing()
    local turn = math.random(#drawings)
    return drawings[turn].whole, drawings[turn].half
end

local function draw(extra)
    local whole, half = some_drawing()
    ask("guess", "POST", "/api/v1/guesses/", '{"drawings": [{"strokes": ' .. half .. "}]}")
    ask("guess", "POST", "/api/v1/guesses/", '{"drawings": [{"strokes": ' .. whole .. "}]}")
    return ask("drawing", "POST", "/api/v1/drawings/", '{"strokes": ' .. whole .. extra .. "}")
end

local function draw_and_tell()
    get("page: draw", "/")
    local id, rest = draw("").body:match('"id":"([%x-]+)"(.*)')
    if id then
        local label = rest:match('"label":"([^"]+)"')
        local said = (math.random() < 0.8 or not label) and '{"correct": true}' or '{"correct": false, "label": "cat"}'
        ask("feedback", "PUT", "/api/v1/drawings/" .. id .. "/feedback/", said)
    end
end

local function look_around()
    local path = "/gallery/"
    for _ = 1, 2 do
        local body = get("page: gallery", path).body
        local shown = {}
        for id in body:gmatch("/drawings/([%x-]+)/drawing.svg") do
            shown[#shown + 1] = id
        end
        for turn = 1, math.min(4, #shown) do
            get("picture", "/api/v1/drawings/" .. shown[turn] .. "/drawing.svg")
        end
        if #shown > 0 then
            get("page: a drawing", "/drawings/" .. shown[math.random(#shown)] .. "/")
        end
        local older = body:match('href="(%?[^"]*before=[^"]*)"')
        path = older and "/gallery/" .. older:gsub("&amp;", "&") or "/gallery/"
    end
end

local function play()
    local begun = ask("game: start", "POST", "/play/", "", { ["Content-Type"] = "application/x-www-form-urlencoded" })
    local path = begun.headers["Location"]
    if not path then
        return
    end
    local page = get("game: page", path).body
    local id, words = path:match("([%x-]+)/$"), page:match('"words": %[(.-)%]') or ""
    for word in words:gmatch('"([^"]+)"') do
        draw(', "prompt": "' .. word .. '", "game": "' .. id .. '"')
    end
    get("game: results", path .. "results/")
end

local function read_on()
    get("page: models", "/models/")
    get("page: a model", "/models/1/")
    get("page: about", "/about/")
end

local function ask_as_a_program()
    get("list: drawings", "/api/v1/drawings/")
    get("list: classes", "/api/v1/classes/")
    get("current version", "/api/v1/model-versions/current/")
end

local PLANS = { { 50, draw_and_tell }, { 25, look_around }, { 10, play }, { 5, read_on }, { 10, ask_as_a_program } }

local function plan()
    local lot = math.random(100)
    for _, choice in ipairs(PLANS) do
        lot = lot - choice[1]
        if lot <= 0 then
            return choice[2]
        end
    end
end

local function go_about()
    while true do
        local what = os.getenv("ONLY_DRAWS") and draw_and_tell or plan()
        what()
    end
end

function init()
    math.randomseed(4711 + number)
    local file = io.open(os.getenv("DRAWINGS"))
    for whole in file:lines() do
        drawings[#drawings + 1] = { whole = whole, half = file:read() }
    end
    file:close() -- wrk has room for three files a connection
    local cookies = io.open(os.getenv("COOKIES"))
    for _ = 1, number do
        contributor, csrftoken = cookies:read(), cookies:read()
    end
    cookies:close()
    answers = io.open(os.getenv("ANSWERS") .. "-" .. number, "w")
    answers:setvbuf("line") -- threads end without a word
    visit = coroutine.wrap(go_about)
    asked = visit()
end

function request() -- also again, where a connection was lost
    started = now()
    return asked.bytes
end

function response(status, headers, body)
    local came = now()
    answers:write(string.format("%s\t%d\t%.3f\t%.3f\n", asked.kind, status, (came - started) * 1000, came))
    asked = visit({ status = status, headers = headers, body = body or "" })
end

function done(summary)
    local errors = summary.errors
    print(string.format(
        '{"connect": %d, "read": %d, "write": %d, "timeout": %d}',
        errors.connect, errors.read, errors.write, errors.timeout
    ))
end
