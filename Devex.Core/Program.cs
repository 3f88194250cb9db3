using Devex.Core.Events;
using Devex.Core.Identity;
using Devex.Core.Keys;
using Devex.Core.Repls;
using Devex.Core.Runtimes;
using Devex.Core.Sessions;
using Devex.Core.Snapshots;
using Devex.Core.Storage;
using Devex.Core.Templates;

var builder = WebApplication.CreateBuilder(args);
builder.AddKeys();
builder.AddStorage();
builder.AddIdentity();
builder.AddRepls();
builder.AddEvents();
builder.AddTemplates();
builder.AddSnapshots();
builder.AddSessions();
builder.AddRuntimes();

var app = builder.Build();
app.MapIdentity();
app.MapRepls();
app.MapEvents();
app.MapTemplates();
app.MapSnapshots();
app.MapSessions();
app.Run();
