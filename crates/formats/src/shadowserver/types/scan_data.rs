//! Scans: databases, queues, directories and file shares.

use model::{Severity, Transport};

use super::{ReportType, SCAN, SideRule};
use crate::shadowserver::types::columns::block;

pub(super) const POPULATION_MSMQ: ReportType = ReportType {
    name: "population_msmq",
    title: "Accessible-MSMQ",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-msmq",
        evidence: "hostname,tag,response_size",
        ..SCAN
    }],
    columns: concat!(block!(service), ",response_size"),
};

pub(super) const SCAN_ACTIVEMQ: ReportType = ReportType {
    name: "scan_activemq",
    title: "Accessible-ActiveMQ",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-activemq",
        evidence: "hostname,tag,vendor,version",
        ..SCAN
    }],
    columns: concat!(block!(service), ",command,vendor,version"),
};

pub(super) const SCAN_AFP: ReportType = ReportType {
    name: "scan_afp",
    title: "Accessible-AFP",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-afp",
        evidence: "hostname,tag,server_name,machine_type,afp_versions,uams,directory_service,network_address",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",machine_type,afp_versions,uams,flags,server_name,signature,directory_service,\
            utf8_servername,network_address",
    ),
};

pub(super) const SCAN_AMQP: ReportType = ReportType {
    name: "scan_amqp",
    title: "Accessible-AMQP",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-amqp",
        evidence: "hostname,tag,product,product_version,platform,cluster_name,mechanisms,version_major,\
            version_minor",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",channel,message_length,class,method,version_major,version_minor,capabilities,cluster_name,\
            platform,product,product_version,mechanisms,locales",
    ),
};

pub(super) const SCAN_COUCHDB: ReportType = ReportType {
    name: "scan_couchdb",
    title: "Accessible-CouchDB",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-couchdb",
        evidence: "hostname,tag,couchdb_version,server_version,vendor,features,visible_databases,error,\
            error_reason",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",server_version,couchdb_message,couchdb_version,git_sha,features,vendor,visible_databases,\
            error,error_reason",
    ),
};

pub(super) const SCAN_DB2: ReportType = ReportType {
    name: "scan_db2",
    title: "Open-DB2-Discovery-Service",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-db2-discovery",
        transport: Transport::Udp,
        evidence: "hostname,tag,db2_hostname,servername,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",db2_hostname,servername,response_size,amplification",
    ),
};

pub(super) const SCAN_ELASTICSEARCH: ReportType = ReportType {
    name: "scan_elasticsearch",
    title: "Open-Elasticsearch",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-elasticsearch",
        evidence: "hostname,tag,version,name,cluster_name,http_code,lucene_version",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",version,ok,name,cluster_name,http_code,build_hash,build_timestamp,build_snapshot,\
            lucene_version,tagline",
    ),
};

pub(super) const SCAN_EPMD: ReportType = ReportType {
    name: "scan_epmd",
    title: "Accessible-Erlang-Port-Mapper-Daemon",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-epmd",
        evidence: "hostname,tag,nodes",
        ..SCAN
    }],
    columns: concat!(block!(service), ",nodes"),
};

pub(super) const SCAN_FTP: ReportType = ReportType {
    name: "scan_ftp",
    title: "Accessible-FTP",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-ftp",
        evidence: "hostname,tag,banner,auth_tls_response,auth_ssl_response,ssl_version,subject_common_name,\
            issuer_common_name,cert_expiration_date,cert_expired,self_signed,device_vendor,device_type,\
            device_model,device_version",
        ..SCAN
    }],
    columns: concat!(
        "timestamp,severity,ip,protocol,port,hostname,tag,asn,geo,region,city,naics,hostname_source,",
        block!(device),
        ",banner,handshake,cipher_suite,",
        block!(certificate),
        ",cert_serial_number,ssl_version,signature_algorithm,key_algorithm,",
        block!(certificate_names),
        ",sha256_fingerprint,sha512_fingerprint,md5_fingerprint,cert_valid,self_signed,cert_expired,\
            validation_level,auth_tls_response,auth_ssl_response,tlsv13_support,tlsv13_cipher,jarm",
    ),
};

pub(super) const SCAN_HADOOP: ReportType = ReportType {
    name: "scan_hadoop",
    title: "Accessible-Hadoop",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-hadoop",
        evidence: "hostname,tag,version,server_type,clusterid,namenodeaddress,livenodes,total_disk,used_disk",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",version,server_type,clusterid,total_disk,used_disk,free_disk,livenodes,namenodeaddress,\
            volumeinfo",
    ),
};

pub(super) const SCAN_LDAP_TCP: ReportType = ReportType {
    name: "scan_ldap_tcp",
    title: "Open-LDAP-TCP",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-ldap",
        evidence: "hostname,tag,dns_host_name,server_name,root_domain_naming_context,default_naming_context,\
            domain_functionality,domain_controller_functionality,supported_sasl_mechanisms,\
            response_size,subject_common_name,cert_expiration_date,device_vendor,device_type,\
            device_model,device_version",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",",
        block!(device),
        ",",
        block!(directory),
        ",handshake,cipher_suite,",
        block!(certificate),
        ",cert_serial_number,ssl_version,signature_algorithm,key_algorithm,",
        block!(certificate_names),
        ",sha256_fingerprint,sha512_fingerprint,md5_fingerprint,cert_valid,self_signed,cert_expired,\
            validation_level,auth_tls_response,auth_ssl_response,tlsv13_support,tlsv13_cipher,jarm",
    ),
};

pub(super) const SCAN_LDAP_UDP: ReportType = ReportType {
    name: "scan_ldap_udp",
    title: "Open-LDAP",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "amplifier-ldap",
        transport: Transport::Udp,
        evidence: "hostname,tag,dns_host_name,server_name,root_domain_naming_context,default_naming_context,\
            domain_functionality,domain_controller_functionality,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(block!(service), ",", block!(directory)),
};

pub(super) const SCAN_MEMCACHED: ReportType = ReportType {
    name: "scan_memcached",
    title: "Open-Memcached",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-memcached",
        transport: Transport::Udp,
        evidence: "hostname,tag,version,uptime,curr_connections,total_connections,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",version,pid,pointer_size,uptime,time,curr_connections,total_connections,response_size,\
            amplification",
    ),
};

pub(super) const SCAN_MONGODB: ReportType = ReportType {
    name: "scan_mongodb",
    title: "Open-MongoDB",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-mongodb",
        evidence: "hostname,tag,version,sysinfo,visible_databases",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",version,gitversion,sysinfo,opensslversion,allocator,javascriptengine,bits,\
            maxbsonobjectsize,ok,visible_databases",
    ),
};

pub(super) const SCAN_MQTT: ReportType = ReportType {
    name: "scan_mqtt",
    title: "Open-MQTT",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-mqtt",
        evidence: "hostname,tag,anonymous_access,code,ssl_version,subject_common_name,issuer_common_name,\
            cert_expiration_date",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",anonymous_access,raw_response,hex_code,code,cipher_suite,",
        block!(certificate),
        ",sha256_fingerprint,sha512_fingerprint,md5_fingerprint,cert_serial_number,ssl_version,\
            signature_algorithm,key_algorithm,",
        block!(certificate_names),
    ),
};

pub(super) const SCAN_MQTT_ANON: ReportType = ReportType {
    name: "scan_mqtt_anon",
    title: "Open-Anonymous-MQTT",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-mqtt-anonymous",
        evidence: "hostname,tag,code,ssl_version,subject_common_name,issuer_common_name,cert_expiration_date",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",raw_response,hex_code,code,cipher_suite,",
        block!(certificate),
        ",sha256_fingerprint,sha512_fingerprint,md5_fingerprint,cert_serial_number,ssl_version,\
            signature_algorithm,key_algorithm,",
        block!(certificate_names),
    ),
};

pub(super) const SCAN_MSSQL: ReportType = ReportType {
    name: "scan_mssql",
    title: "Open-MSSQL",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-mssql-browser",
        transport: Transport::Udp,
        evidence: "hostname,tag,version,server_name,instance_name,tcp_port,named_pipe,response_size,\
            amplification",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",version,server_name,instance_name,tcp_port,named_pipe,response_size,amplification",
    ),
};

pub(super) const SCAN_MYSQL: ReportType = ReportType {
    name: "scan_mysql",
    title: "Accessible-MySQL",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-mysql",
        evidence: "hostname,tag,version,server_version,mysql_protocol_version,error_code,error_message,\
            client_ssl,ssl_version,subject_common_name,issuer_common_name,cert_expiration_date",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",version,mysql_protocol_version,server_version,error_code,error_id,error_message,\
            client_can_handle_expired_passwords,client_compress,client_connect_attrs,\
            client_connect_with_db,client_deprecated_eof,client_found_rows,client_ignore_sigpipe,\
            client_ignore_space,client_interactive,client_local_files,client_long_flag,\
            client_long_password,client_multi_results,client_multi_statements,client_no_schema,\
            client_odbc,client_plugin_auth,client_plugin_auth_len_enc_client_data,client_protocol_41,\
            client_ps_multi_results,client_reserved,client_secure_connection,client_session_track,\
            client_ssl,client_transactions,handshake,cipher_suite,",
        block!(certificate),
        ",cert_serial_number,ssl_version,signature_algorithm,key_algorithm,",
        block!(certificate_names),
        ",sha256_fingerprint,sha512_fingerprint,md5_fingerprint,cert_valid,self_signed,cert_expired,\
            validation_level,browser_trusted,browser_error,raw_cert,raw_cert_chain",
    ),
};

pub(super) const SCAN_NETBIOS: ReportType = ReportType {
    name: "scan_netbios",
    title: "Open-NetBIOS-Nameservice",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-netbios",
        transport: Transport::Udp,
        evidence: "hostname,tag,machine_name,workgroup,username,mac_address,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",mac_address,workgroup,machine_name,username,response_size,amplification",
    ),
};

pub(super) const SCAN_POSTGRES: ReportType = ReportType {
    name: "scan_postgres",
    title: "Accessible-PostgreSQL",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-postgresql",
        evidence: "hostname,tag,version,supported_protocols,startup_error_code,startup_error_message,\
            client_ssl,ssl_version,subject_common_name,issuer_common_name,cert_expiration_date",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",version,supported_protocols,protocol_error_code,protocol_error_file,protocol_error_line,\
            protocol_error_message,protocol_error_routine,protocol_error_severity,\
            protocol_error_severity_v,startup_error_code,startup_error_file,startup_error_line,\
            startup_error_message,startup_error_routine,startup_error_severity,startup_error_severity_v,\
            client_ssl,handshake,cipher_suite,",
        block!(certificate),
        ",cert_serial_number,ssl_version,signature_algorithm,key_algorithm,",
        block!(certificate_names),
        ",sha256_fingerprint,sha512_fingerprint,md5_fingerprint,cert_valid,self_signed,cert_expired,\
            validation_level,browser_trusted,browser_error,raw_cert,raw_cert_chain",
    ),
};

pub(super) const SCAN_REDIS: ReportType = ReportType {
    name: "scan_redis",
    title: "Open-Redis",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-redis",
        evidence: "hostname,tag,version,mode,os,architecture,uptime,connected_clients",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",version,git_sha1,git_dirty_flag,build_id,mode,os,architecture,multiplexing_api,gcc_version,\
            process_id,run_id,uptime,connected_clients",
    ),
};

pub(super) const SCAN_RSYNC: ReportType = ReportType {
    name: "scan_rsync",
    title: "Accessible-Rsync",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-rsync",
        evidence: "hostname,tag,module,motd,has_password",
        ..SCAN
    }],
    columns: concat!(block!(service), ",module,motd,has_password"),
};

pub(super) const SCAN_SMB: ReportType = ReportType {
    name: "scan_smb",
    title: "Accessible-SMB",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-smb",
        evidence: "hostname,tag,smb_version_string,smb_major_number,smb_minor_number,smb_revision,arch",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",arch,key,smb_major_number,smb_minor_number,smb_revision,smb_version_string",
    ),
};

pub(super) const SCAN_TFTP: ReportType = ReportType {
    name: "scan_tftp",
    title: "Open-TFTP",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-tftp",
        transport: Transport::Udp,
        evidence: "hostname,tag,opcode,errorcode,error,errormessage,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",opcode,errorcode,error,errormessage,response_size,amplification",
    ),
};
