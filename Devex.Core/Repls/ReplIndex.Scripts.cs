namespace Devex.Core.Repls;

internal sealed partial class ReplIndex
{
    /// <summary>
    /// KEYS index:complete, repls, names; ARGV id, name, limit, now. Answers 0 reserved, 1 limit, 2 name taken, 3 not indexed.
    /// </summary>
    private const string ReserveScript = """
        if redis.call('EXISTS', KEYS[1]) == 0 then return 3 end
        if redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[3]) then return 1 end
        if redis.call('HEXISTS', KEYS[3], ARGV[2]) == 1 then return 2 end
        redis.call('HSET', KEYS[2], ARGV[1], ARGV[4])
        redis.call('HSET', KEYS[3], ARGV[2], ARGV[1] .. '|' .. ARGV[4])
        return 0
        """;

    /// <summary>KEYS index:complete, names; ARGV id, name, now. Answers as above; a REPL's own name is free to it.</summary>
    private const string ReserveNameScript = """
        if redis.call('EXISTS', KEYS[1]) == 0 then return 3 end
        local holder = redis.call('HGET', KEYS[2], ARGV[2])
        if holder and string.sub(holder, 1, #ARGV[1]) ~= ARGV[1] then return 2 end
        redis.call('HSET', KEYS[2], ARGV[2], ARGV[1] .. '|' .. ARGV[3])
        return 0
        """;

    /// <summary>
    /// KEYS index:complete, running, sessions; ARGV id, limit, reservation. Answers 0 reserved, 1 limit, 3 not indexed, 4 runs already.
    /// What is being stopped counts until it has gone: its memory and processors are in use. A REPL that is started again meanwhile has its place.
    /// </summary>
    private const string ReserveRunScript = """
        if redis.call('EXISTS', KEYS[1]) == 0 then return 3 end
        if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then return 4 end
        local count = redis.call('HLEN', KEYS[2])
        for _, id in ipairs(redis.call('SMEMBERS', KEYS[3])) do
          if id ~= ARGV[1] and redis.call('HEXISTS', KEYS[2], id) == 0 then count = count + 1 end
        end
        if count >= tonumber(ARGV[2]) then return 1 end
        redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
        return 0
        """;

    /// <summary>KEYS repl, repls, names; ARGV id, name. Gives back what no record came to hold.</summary>
    private const string ReleaseScript = """
        local current = redis.call('HGET', KEYS[1], 'name')
        if not current then redis.call('HDEL', KEYS[2], ARGV[1]) end
        if current ~= ARGV[2] then
          local holder = redis.call('HGET', KEYS[3], ARGV[2])
          if holder and string.sub(holder, 1, #ARGV[1]) == ARGV[1] then redis.call('HDEL', KEYS[3], ARGV[2]) end
        end
        return 0
        """;

    /// <summary>KEYS hash; ARGV field, value. Deletes the field if it still holds that value.</summary>
    private const string DeleteIfScript = """
        if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return redis.call('HDEL', KEYS[1], ARGV[1]) end
        return 0
        """;

    /// <summary>
    /// KEYS repl, repls, names, trash, running, wanted, shared…; ARGV id, revision, owner, record, name, place (live or trash), desired, now.
    /// Indexes a record unless a newer one is indexed. A reservation to run that is under way survives a record that says stopped.
    /// </summary>
    private const string PutScript = """
        local current = tonumber(redis.call('HGET', KEYS[1], 'revision') or '-1')
        if current > tonumber(ARGV[2]) then return 0 end
        local before = redis.call('HGET', KEYS[1], 'name')
        local function forget(name)
          local holder = name and redis.call('HGET', KEYS[3], name)
          if holder and string.sub(holder, 1, #ARGV[1]) == ARGV[1] then redis.call('HDEL', KEYS[3], name) end
        end
        redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'owner', ARGV[3], 'record', ARGV[4], 'name', ARGV[5])
        if before ~= ARGV[5] then forget(before) end
        if ARGV[6] == 'live' then
          redis.call('HSET', KEYS[2], ARGV[1], ARGV[8])
          redis.call('HSET', KEYS[3], ARGV[5], ARGV[1] .. '|' .. ARGV[8])
          redis.call('HDEL', KEYS[4], ARGV[1])
        else
          redis.call('HDEL', KEYS[2], ARGV[1])
          forget(ARGV[5])
          redis.call('HSET', KEYS[4], ARGV[1], ARGV[8])
        end
        if ARGV[7] == 'running' then
          redis.call('HSET', KEYS[5], ARGV[1], ARGV[8])
          redis.call('SADD', KEYS[6], ARGV[3] .. '/' .. ARGV[1])
        else
          redis.call('SREM', KEYS[6], ARGV[3] .. '/' .. ARGV[1])
          local held = redis.call('HGET', KEYS[5], ARGV[1])
          if held and not string.find(held, '|', 1, true) then redis.call('HDEL', KEYS[5], ARGV[1]) end
        end
        for i = 7, #KEYS do redis.call('SADD', KEYS[i], ARGV[1]) end
        return 1
        """;
}
