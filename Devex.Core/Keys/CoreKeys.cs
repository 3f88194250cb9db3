using System.Security.Cryptography;
using System.Text;

namespace Devex.Core.Keys;

/// <summary>
/// Core's keys, derived from configured secrets (<c>Keys:*</c>, each at least 32 characters) by HKDF-SHA256, so that every replica
/// has the same without a key file.
/// </summary>
internal sealed class CoreKeys : IDisposable
{
    public CoreKeys(IConfiguration configuration)
    {
        Ticket = DeriveSigningKey(Secret(configuration, "Ticket"));
        Web = Derive(Secret(configuration, "Web"), "devex web assertion");
        Gateway = Derive(Secret(configuration, "Gateway"), "devex gateway assertion");
        Secrets = Derive(Secret(configuration, "Secrets"), "devex secrets at rest");
        Marks = Derive(Secret(configuration, "Secrets"), "devex marks of variables");
    }

    /// <summary>P-256 key that signs tickets, control requests and session tokens.</summary>
    public ECDsa Ticket { get; }

    /// <summary>32 bytes shared with Web.</summary>
    public byte[] Web { get; }

    /// <summary>32 bytes shared with the Gateway.</summary>
    public byte[] Gateway { get; }

    /// <summary>32 bytes that encrypt users' secrets.</summary>
    public byte[] Secrets { get; }

    /// <summary>32 bytes under which <see cref="Environments.SessionVariables.Mark"/> is made.</summary>
    public byte[] Marks { get; }

    /// <summary>SubjectPublicKeyInfo of <see cref="Ticket"/>, base64: what <c>serve</c> and the Gateway verify with.</summary>
    public string TicketPublicKey => Convert.ToBase64String(Ticket.ExportSubjectPublicKeyInfo());

    public void Dispose() => Ticket.Dispose();

    private static string Secret(IConfiguration configuration, string name)
    {
        var secret = configuration[$"Keys:{name}"];
        return secret is { Length: >= 32 }
            ? secret
            : throw new InvalidOperationException($"Keys:{name} must be set to a secret of at least 32 characters.");
    }

    private static byte[] Derive(string secret, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), 32, info: Encoding.UTF8.GetBytes(purpose));

    private static ECDsa DeriveSigningKey(string secret)
    {
        // 32 derived bytes are below the order of P-256 but for one case in 2^32; count up until they are.
        for (var i = 0; ; i++)
        {
            try
            {
                return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Derive(secret, $"devex ticket key {i}") });
            }
            catch (CryptographicException) when (i < 8)
            {
            }
        }
    }
}
