using Devex.Dashboard;

DashboardApplication.Build(args).Run();
