namespace Devex.Testing;

/// <summary>The S3 servers that tests run against.</summary>
public enum S3Kind
{
    /// <summary>Our own server, as the program Devex.EmbeddedS3: checks signatures, keeps objects on disk.</summary>
    Embedded,

    /// <summary>
    /// moto's server, set up by tests/tools/moto.sh: an independent reading of S3 that checks no signatures. By hand, DEVEX_S3_PEER with
    /// DEVEX_S3_PEER_ACCESS_KEY and DEVEX_S3_PEER_SECRET_KEY names another server that runs already, for example that of tests/tools/ceph.sh.
    /// </summary>
    Moto,
}
