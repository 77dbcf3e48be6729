/**
 * Certificates for tests, made by openssl.
 *
 * @module
 */

/** A certificate and its key in PEM. */
export interface Certificate {
  /** The certificate, which is its own authority. */
  readonly cert: string;
  /** Its private key. */
  readonly key: string;
}

/** The options of `openssl req` for a new key that no password protects. */
const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Runs openssl in `folder`; throws what it complains about when it fails. */
async function openssl(folder: string, ...args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args: [...args], cwd: folder })
    .output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/**
 * Makes a certificate for localhost and 127.0.0.1, or for another name, that is valid for a day.
 *
 * Deno takes no certificate of an authority for one of a server, hence `CA:FALSE`.
 */
export async function makeCertificate(
  name = "localhost",
  isAuthority: "TRUE" | "FALSE" = "FALSE",
): Promise<Certificate> {
  const folder = await Deno.makeTempDir();
  const [key, cert] = [`${folder}/key.pem`, `${folder}/cert.pem`];
  await openssl(
    folder,
    ...["req", "-x509", ...NEW_KEY],
    ...["-keyout", key, "-out", cert, "-days", "1", "-subj", `/CN=${name}`],
    ...["-addext", `basicConstraints=critical,CA:${isAuthority}`],
    ...["-addext", `subjectAltName=DNS:${name}${name === "localhost" ? ",IP:127.0.0.1" : ""}`],
  );
  const made = { cert: await Deno.readTextFile(cert), key: await Deno.readTextFile(key) };
  await Deno.remove(folder, { recursive: true });
  return made;
}

/** A certificate of a server, and the one of the authority that has signed it. */
export interface SignedCertificate extends Certificate {
  /** The certificate of the authority, in PEM. */
  readonly authority: string;
}

/** Makes an authority, and a certificate for 127.0.0.1 that it has signed; both are valid for a day. */
export async function makeSignedCertificate(): Promise<SignedCertificate> {
  const folder = await Deno.makeTempDir();
  try {
    const authority = await makeCertificate("authority", "TRUE");
    await Deno.writeTextFile(`${folder}/ca.pem`, authority.cert);
    await Deno.writeTextFile(`${folder}/ca.key`, authority.key);
    await openssl(
      folder,
      ...["req", "-x509", ...NEW_KEY],
      ...["-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", "key.pem", "-out", "cert.pem"],
      ...["-days", "1", "-subj", "/CN=registry", "-addext", "subjectAltName=IP:127.0.0.1"],
      ...["-addext", "basicConstraints=critical,CA:FALSE"],
    );
    return {
      cert: await Deno.readTextFile(`${folder}/cert.pem`),
      key: await Deno.readTextFile(`${folder}/key.pem`),
      authority: authority.cert,
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Makes a certificate in files, until it is disposed of. */
export async function certificateFiles(): Promise<
  AsyncDisposable & {
    readonly args: readonly string[];
    readonly mutual: readonly string[];
    readonly authority: string;
    readonly key: string;
  }
> {
  const folder = await Deno.makeTempDir();
  const { cert, key } = await makeCertificate();
  await Deno.writeTextFile(`${folder}/cert.pem`, cert);
  await Deno.writeTextFile(`${folder}/key.pem`, key);
  return {
    /** The options that make `netkit serve` use it. */
    args: ["--tls-cert", `${folder}/cert.pem`, "--tls-key", `${folder}/key.pem`],
    /** The options that make it ask clients for this same certificate as well. */
    mutual: ["--client-ca", `${folder}/cert.pem`],
    /** The certificate, in PEM. */
    authority: cert,
    /** Its key, in PEM. */
    key,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** A folder with an authority and certificates of clients; each of these names has `NAME.pem` and `NAME.key`. */
export type ClientFiles = AsyncDisposable & {
  /** The folder. */
  readonly folder: string;
  /** The certificate of the authority that has signed `alice` and `expired`, not `stranger`. */
  readonly ca: string;
};

/** Makes certificates of clients in files, until they are disposed of. */
export async function clientFiles(): Promise<ClientFiles> {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/ext`, "extendedKeyUsage=clientAuth\n");
  const selfSigned = (name: string, subject: string) =>
    openssl(
      folder,
      ...["req", "-x509", ...NEW_KEY, "-keyout", `${name}.key`, "-out", `${name}.pem`],
      ...["-subj", subject],
    );
  await selfSigned("ca", "/CN=CA");
  for (const [name, days] of [["alice", "1"], ["expired", "-1"]] as const) {
    const subject = `/C=DE/O=Example, Inc/CN=${name}`;
    await openssl(
      folder,
      ...["req", ...NEW_KEY, "-keyout", `${name}.key`, "-out", "request", "-subj", subject],
    );
    await openssl(
      folder,
      ...["x509", "-req", "-in", "request", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", days],
      ...["-CAcreateserial", "-extfile", "ext", "-out", `${name}.pem`],
    );
  }
  await selfSigned("stranger", "/CN=x");
  return {
    folder,
    ca: `${folder}/ca.pem`,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
