using System.Globalization;
using Amazon.Runtime.Credentials;
using Devex.Contracts;
using Devex.Contracts.Snapshots;
using Devex.Core.Storage;
using Devex.Snapshots;
using Microsoft.Extensions.Options;

namespace Devex.Core.Snapshots;

/// <summary>Presigned addresses for sessions, which hold no S3 key: each for one object and one method.</summary>
internal sealed class SessionUrls(IOptions<S3Options> s3, IOptions<SnapshotOptions> options, TimeProvider time)
{
    public DateTimeOffset ExpiresAt => time.GetUtcNow() + options.Value.UrlLifetime;

    public string Download(UserId owner, SnapshotObject item) =>
        Sign("GET", SnapshotKeys.Object(owner, item.Kind, item.Scope, item.Hash), new Dictionary<string, string>());

    /// <summary>An address that takes exactly the bytes that <paramref name="item"/> names, once.</summary>
    public Upload Upload(UserId owner, UploadObject item)
    {
        var headers = new Dictionary<string, string>
        {
            ["if-none-match"] = "*",
            ["x-amz-checksum-sha256"] = Digest.Parse(item.Hash).ToBase64(),
        };
        var length = new KeyValuePair<string, string>("content-length", item.Length.ToString(CultureInfo.InvariantCulture));
        var key = SnapshotKeys.Object(owner, item.Kind, SnapshotScope.User, item.Hash);
        return new Upload(Sign("PUT", key, new Dictionary<string, string>([.. headers, length])), headers);
    }

    private string Sign(string method, string key, IReadOnlyDictionary<string, string> headers)
    {
        var (endpoint, path) = Locate(s3.Value, key);
        return Presigner.Sign(new PresignRequest(method, endpoint, path, headers), Keys(), s3.Value.Region, time.GetUtcNow(), options.Value.UrlLifetime);
    }

    private static (Uri Endpoint, string Path) Locate(S3Options options, string key) =>
        (options.SessionEndpoint ?? options.ServiceUrl) is { } url
            ? (new Uri(url), $"/{options.Bucket}/{key}")
            : (new Uri($"https://{options.Bucket}.s3.{options.Region}.amazonaws.com"), $"/{key}");

    private SigningKeys Keys()
    {
        if (s3.Value is { AccessKey: { } access, SecretKey: { } secret })
            return new SigningKeys(access, secret, null);
        var keys = DefaultAWSCredentialsIdentityResolver.GetCredentials().GetCredentials();
        return new SigningKeys(keys.AccessKey, keys.SecretKey, keys.UseToken ? keys.Token : null);
    }
}
