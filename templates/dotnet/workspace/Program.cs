// A small API. Press Run, then open the preview; try /hello/Ada.
var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls($"http://localhost:{Environment.GetEnvironmentVariable("PORT") ?? "5000"}");

var app = builder.Build();
app.MapGet("/", () => new { message = "Hello, world!", next = "/hello/Ada" });
app.MapGet("/hello/{name}", (string name) => new { message = $"Hello, {name}!" });
app.Run();
