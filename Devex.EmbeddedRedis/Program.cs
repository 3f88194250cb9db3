using Devex.EmbeddedRedis;

return await EmbeddedRedisCommand.RunAsync(args);
