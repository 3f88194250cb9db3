using Devex.Core;

CoreApplication.Create(args).Run();
