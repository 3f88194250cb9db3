namespace Devex.Bench.Browsers;

/// <summary>Milliseconds from a key, as the browser heard it.</summary>
/// <param name="Changed">Until the page had changed.</param>
/// <param name="Drawn">Until the frame that shows it was made.</param>
internal readonly record struct KeyTimes(double Changed, double Drawn);
