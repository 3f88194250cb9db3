using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Devex.Testing;

namespace Devex.Browser.Tests;

/// <summary>A certificate made for one test, for names below <c>.test</c> (RFC 6761), which nobody can own.</summary>
internal sealed class TlsCertificate : IDisposable
{
    private readonly TempFolder _folder = new();

    public TlsCertificate(params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Devex tests", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternatives.AddDnsName(name);
        alternatives.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        File.WriteAllBytes(Path, certificate.Export(X509ContentType.Pfx));
        KeyHash = Convert.ToBase64String(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>A PFX without a password.</summary>
    public string Path => _folder["devex.pfx"];

    /// <summary>SHA-256 of the public key, base64: by it Chromium is told to trust this key and no other.</summary>
    public string KeyHash { get; }

    public void Dispose() => _folder.Dispose();
}
