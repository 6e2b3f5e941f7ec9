-- A wrk script: posts the lines of the file $BODIES in turn with the headers in $HEADERS, and prints results as JSON.

local bodies, headers, turn = {}, {}, 0

function init()
    for line in io.lines(os.getenv("BODIES")) do
        bodies[#bodies + 1] = line
    end
    for line in io.lines(os.getenv("HEADERS")) do
        local name, value = line:match("^(.-): (.*)$")
        headers[name] = value
    end
end

function request()
    turn = turn % #bodies + 1
    return wrk.format("POST", nil, headers, bodies[turn])
end

function done(summary, latency)
    local errors = summary.errors
    print(string.format(
        '{"answered": %d, "seconds": %f, "p50": %f, "p99": %f, "failed": %d}',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout
    ))
end
