//! Blocks of columns that several types share.

/// Columns that stand together in several types.
macro_rules! block {
    (service) => {
        "timestamp,severity,ip,protocol,port,hostname,tag,asn,geo,region,city,naics,hostname_source,\
        sector"
    };
    (event) => {
        "timestamp,protocol,src_ip,src_port,src_asn,src_geo,src_region,src_city,src_hostname,src_naics,\
        src_sector,device_vendor,device_type,device_model,severity,dst_ip,dst_port,dst_asn,dst_geo,\
        dst_region,dst_city,dst_hostname,dst_naics,dst_sector,public_source,infection,family,tag,\
        application,version,event_id"
    };
    (ddos_event) => {
        "timestamp,protocol,src_ip,src_port,src_asn,src_geo,src_region,src_city,src_hostname,src_naics,\
        src_sector,device_vendor,device_type,device_model,severity,dst_ip,dst_port,dst_asn,dst_geo,\
        dst_region,dst_city,dst_hostname,dst_naics,dst_sector"
    };
    (attack) => {
        "domain_source,public_source,infection,family,tag,application,version,event_id,dst_network,\
        dst_netmask,attack,duration,attack_src_ip,attack_src_port,domain,domain_transaction_id,gcip,\
        http_method,http_path,http_postdata,http_usessl,ip_header_ack,ip_header_acknum,\
        ip_header_dont_fragment,ip_header_fin,ip_header_identity,ip_header_psh,ip_header_rst,\
        ip_header_seqnum,ip_header_syn,ip_header_tos,ip_header_ttl,ip_header_urg,number_of_connections,\
        packet_length,packet_randomized"
    };
    (device) => {
        "device_vendor,device_type,device_model,device_version,device_sector"
    };
    (exploit) => {
        "vulnerability_enum,vulnerability_id,vulnerability_class,vulnerability_score,\
        vulnerability_severity,vulnerability_version"
    };
    (technique) => {
        "threat_framework,threat_tactic_id,threat_technique_id"
    };
    (attacked) => {
        "target_vendor,target_product,target_class"
    };
    (sinkhole_http) => {
        "http_url,http_host,http_agent,forwarded_by,ssl_cipher,http_referer,ssl_servername,machine_name"
    };
    (certificate_names) => {
        "subject_organization_name,subject_organization_unit_name,subject_country,\
        subject_state_or_province_name,subject_locality_name,subject_street_address,subject_postal_code,\
        subject_surname,subject_given_name,subject_email_address,subject_business_category,\
        subject_serial_number,issuer_organization_name,issuer_organization_unit_name,issuer_country,\
        issuer_state_or_province_name,issuer_locality_name,issuer_street_address,issuer_postal_code,\
        issuer_surname,issuer_given_name,issuer_email_address,issuer_business_category,\
        issuer_serial_number"
    };
    (certificate) => {
        "cert_length,subject_common_name,issuer_common_name,cert_issue_date,cert_expiration_date,\
        sha1_fingerprint"
    };
    (mail_certificate) => {
        "banner,cert_expiration_date,cert_expired,cert_issue_date,cert_length,cert_serial_number,\
        cert_valid,cipher_suite,handshake,issuer_business_category,issuer_common_name,issuer_country,\
        issuer_email_address,issuer_given_name,issuer_locality_name,issuer_organization_name,\
        issuer_organization_unit_name,issuer_postal_code,issuer_serial_number,\
        issuer_state_or_province_name,issuer_street_address,issuer_surname,jarm,key_algorithm,\
        md5_fingerprint,self_signed,sha1_fingerprint,sha256_fingerprint,sha512_fingerprint,\
        signature_algorithm,ssl_version,sslv3_supported,subject_business_category,subject_common_name,\
        subject_country,subject_email_address,subject_given_name,subject_locality_name,\
        subject_organization_name,subject_organization_unit_name,subject_postal_code,\
        subject_serial_number,subject_state_or_province_name,subject_street_address,subject_surname,\
        validation_level"
    };
    (directory) => {
        "response_size,configuration_naming_context,current_time,default_naming_context,dns_host_name,\
        domain_controller_functionality,domain_functionality,ds_service_name,forest_functionality,\
        highest_committed_usn,is_global_catalog_ready,is_synchronized,ldap_service_name,naming_contexts,\
        root_domain_naming_context,schema_naming_context,server_name,subschema_subentry,\
        supported_capabilities,supported_control,supported_ldap_policies,supported_ldap_version,\
        supported_sasl_mechanisms,amplification"
    };
    (proxy) => {
        "http,http_code,http_reason,content_type,connection,proxy_authenticate,via,server,content_length,\
        transfer_encoding,http_date"
    };
    (web) => {
        "http,http_code,http_reason,content_type,connection,www_authenticate,set_cookie,server,\
        content_length,transfer_encoding,http_date"
    };
    (web_answer) => {
        "http_response_type,http_code,http_reason,content_type,http_connection,www_authenticate,\
        set_cookie,server_type,content_length,transfer_encoding,http_date"
    };
    (ike) => {
        "initiator_spi,responder_spi,next_payload,exchange_type,flags,message_id,next_payload2,\
        domain_of_interpretation,protocol_id,spi_size,notify_message_type,response_size,amplification"
    };
    (bgp) => {
        "message_length,message_type,message_type_int,bgp_version,sender_asn,hold_time,bgp_identifier,\
        message2_type,message2_type_int,major_error_code,major_error_code_int,minor_error_code,\
        minor_error_code_int"
    };
}

pub(super) use block;
