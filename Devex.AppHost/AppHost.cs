Console.WriteLine("Devex");
