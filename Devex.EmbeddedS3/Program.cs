using System.Text;
using Devex.EmbeddedS3.Objects;
using Devex.EmbeddedS3.Requests;
using Devex.EmbeddedS3.Signatures;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Limits.MaxRequestBodySize = null;
    kestrel.Limits.MaxResponseBufferSize = 1 << 20;
    kestrel.ResponseHeaderEncodingSelector = _ => Encoding.UTF8;
});

if (Credentials.From(builder.Configuration) is not { } credentials)
{
    await Console.Error.WriteLineAsync("Devex.EmbeddedS3 needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in its environment: every request is checked against them.");
    return 2;
}

if (builder.Configuration["data"] is not { Length: > 0 } folder)
{
    await Console.Error.WriteLineAsync("Devex.EmbeddedS3 needs --data FOLDER, where it keeps the objects.");
    return 2;
}

using var data = DataFolder.TryOpen(folder);
if (data is null)
{
    await Console.Error.WriteLineAsync($"Another server keeps its objects in {folder}; give this one a folder of its own.");
    return 2;
}

builder.Services.AddS3(credentials, data);
await using var app = builder.Build();
app.UseS3();
await app.RunAsync();
return 0;
